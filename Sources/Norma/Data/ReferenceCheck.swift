/// Finds the rows whose reference leads nowhere.
///
/// The referenced dataset must have been read as a whole. A reference that is null in any part, or unknown, is no miss;
/// nor is one of a date of which the day is left open.
public struct ReferenceCheck: Sendable {
  private let dataset: Dataset
  private let field: Int
  /// The declared fields that hold the key's parts, in the order of the key.
  private let parts: [Int]
  private let keys: KeyTable
  /// For each text part the codes of the key's dictionary by ours; nil is a text that is in no key.
  private var translations: [[UInt32?]]
  /// For a key of one text part whether each text leads nowhere, by our codes, as far as it was asked for.
  private var textLeadsNowhere: [Bool] = []
  private var hasMisses = false

  /// Creates the check of the references that the declared field at `field` makes to the rows with `keys`.
  ///
  /// The field must have a reference whose parts are the fields of `target`'s key.
  public init(of field: Int, in dataset: Dataset, to target: Dataset, keys: KeyTable) {
    guard let reference = dataset.fields[field].reference else {
      preconditionFailure("\(dataset.fields[field].name) is no reference")
    }
    self.dataset = dataset
    self.field = field
    self.keys = keys
    self.parts = target.key.map { name in
      guard let pair = reference.match.first(where: { $0.theirs == name }), let part = dataset.index(of: pair.ours)
      else { preconditionFailure("the reference \(dataset.fields[field].name) says nothing of the key's \(name)") }
      return part
    }
    self.translations = Array(repeating: [], count: parts.count)
  }

  /// Returns a finding for each row of `batch` whose reference names no row. O(rows).
  public mutating func findings(in batch: Batch) -> [DataFinding] {
    let columns = parts.map { batch.column(ofField: $0) }
    let misses: [Int]
    if columns.count == 1, case .text(let codes, let texts) = columns[0].values {
      misses = self.misses(of: codes, texts, in: columns[0])
    } else {
      misses = self.misses(columns, count: batch.count)
    }
    if misses.isEmpty { return [] }
    let place = DataFinding.Place(
      dataset: dataset.name, file: batch.file, column: batch.headings[field], field: dataset.fields[field].name)
    return misses.map { row in
      DataFinding(
        place, row: Int(batch.rowNumbers[row]), value: batch.column(ofField: field)[row].description, .noSuchRow)
    }
  }

  /// The rows of a text that leads nowhere: each text is looked up once.
  private mutating func misses(of codes: [UInt32], _ texts: TextDictionary, in column: Column) -> [Int] {
    if keys.isCoded(by: texts) {
      if keys.containsAll(codesBelow: texts.count) { return [] }
      return (column.validity & column.known).setBits.filter { !keys.contains(code: codes[$0]) }
    }
    let new = textLeadsNowhere.count..<max(textLeadsNowhere.count, texts.count)
    if !new.isEmpty {
      let all = Bitmap(repeating: true, count: new.count)
      let values = Column(values: .text(new.map { UInt32($0) }, texts), validity: all, known: all)
      textLeadsNowhere += repeatElement(false, count: new.count)
      for miss in misses([values], count: new.count) {
        textLeadsNowhere[new.lowerBound + miss] = true
        hasMisses = true
      }
    }
    return hasMisses ? (column.validity & column.known).setBits.filter { textLeadsNowhere[Int(codes[$0])] } : []
  }

  /// The rows of keys that are certain, not null, and no row's.
  private mutating func misses(_ columns: [Column], count: Int) -> [Int] {
    // A dataset without rows has no dictionaries yet, and every reference to it is a miss.
    var translations = translations
    let rows = KeyRows(columns: columns, forms: keys.partForms, count: count) { part, codes, dictionary in
      guard let theirs = keys.dictionaries.isEmpty ? nil : keys.dictionaries[part] else {
        return codes.map { _ in .max }
      }
      if theirs === dictionary { return codes.map { UInt64($0) } }
      for text in dictionary.texts(from: translations[part].count) { translations[part].append(theirs.code(of: text)) }
      // A cell without a text has a placeholder for its code, which no text need have.
      let known = translations[part]
      return codes.map { code in Int(code) < known.count ? known[Int(code)].map { UInt64($0) } ?? .max : .max }
    }
    self.translations = translations
    return (rows.certain & ~rows.withNull).setBits.filter { !keys.contains(rows, $0) }
  }
}
