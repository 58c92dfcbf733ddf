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
    // A dataset without rows has no dictionaries yet, and every reference to it is a miss.
    let columns = parts.map { batch.column(ofField: $0) }
    var translations = translations
    let rows = KeyRows(columns: columns, forms: keys.partForms, count: batch.count) { part, codes, dictionary in
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
    var findings: [DataFinding] = []
    for row in (rows.certain & ~rows.withNull).setBits where !keys.contains(rows, row) {
      let value = batch.column(ofField: field)[row]
      findings.append(
        DataFinding(
          dataset: dataset.name, file: batch.file, row: Int(batch.rowNumbers[row]), column: batch.headings[field],
          field: dataset.fields[field].name, value: value.description, problem: .noSuchRow))
    }
    return findings
  }
}
