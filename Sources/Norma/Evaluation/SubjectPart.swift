/// The distinct values of one part of a subject's key, each with a code.
///
/// The values of a field of texts have the codes that the field's own dictionary gives them, which is the same for all jobs;
/// others get theirs in the order in which they come.
struct PartDictionary: Sendable {
  /// The dictionary whose codes are those of the values, but for one: 0 is null.
  private var texts: TextDictionary?
  /// The values that are none of these texts, by code; behind ``firstOther`` where there are texts.
  private var cells: [Cell] = []
  /// How many of them were given, which are the same in all copies.
  private let givenCount: Int
  /// The codes of the values, from the first time that one is asked for.
  private var codes: [Cell: Int32] = [:]
  /// For texts of another dictionary the code of each, as far as it was asked for.
  private var translation: [Int32] = []

  /// The code of the first value that is no text where texts have the codes of a dictionary.
  private static let firstOther = Int32.max / 2

  /// Creates a dictionary of distinct values.
  init(_ cells: [Cell] = []) {
    self.cells = cells
    givenCount = cells.count
  }

  /// Returns the value with a code.
  subscript(code: Int32) -> Cell {
    guard let texts else { return cells[Int(code)] }
    if code >= Self.firstOther { return cells[Int(code - Self.firstOther)] }
    return code == 0 ? .null : .text(texts[UInt32(code - 1)])
  }

  /// What texts of a dictionary are called here.
  struct TextCodes {
    /// How many texts there are.
    let count: Int
    /// The code of each text; nil where it is one more than that in the dictionary.
    fileprivate let codes: [Int32]?

    @inline(__always)
    subscript(text: UInt32) -> Int32 { codes.map { $0[Int(text)] } ?? Int32(text) + 1 }
  }

  /// Whether nothing has a code yet but null, which keeps the one that it has beside texts.
  private var mayTakeTexts: Bool { texts == nil && givenCount == 0 && (cells.isEmpty || cells == [.null]) }

  /// Returns the codes of all texts that a column's dictionary has, which get some where they are new. O(new texts).
  mutating func codes(of dictionary: TextDictionary) -> TextCodes {
    if mayTakeTexts {
      texts = dictionary
      cells = []
      codes = [:]
    }
    if texts === dictionary { return TextCodes(count: dictionary.count, codes: nil) }
    for text in dictionary.texts(from: translation.count) { translation.append(insert(.text(text))) }
    return TextCodes(count: translation.count, codes: translation)
  }

  /// Returns our code for each code of another dictionary that was given the same values; nil where they are the same.
  mutating func translation(of other: PartDictionary) -> [Int32]? {
    if other.texts != nil, mayTakeTexts { self = other }
    if let theirs = other.texts {
      if theirs === texts { return nil }
      precondition(other.cells.isEmpty, "a part has values that are no texts before all rows are in")
      return [insert(.null)] + theirs.texts(from: 0).map { insert(.text($0)) }
    }
    let given = Int32(min(givenCount, other.givenCount))
    return Array(0..<given) + other.cells.dropFirst(Int(given)).map { insert($0) }
  }

  /// Returns the code of a value, which gets one where it is new. O(1).
  mutating func insert(_ cell: Cell) -> Int32 {
    if let texts {
      if case .text(let text) = cell { return Int32(texts.insert(text)) + 1 }
      if cell == .null { return 0 }
    }
    let first = texts == nil ? 0 : Self.firstOther
    if codes.isEmpty, !cells.isEmpty {
      codes = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($0.element, first + Int32($0.offset)) })
    }
    if let code = codes[cell] { return code }
    let code = first + Int32(cells.count)
    codes[cell] = code
    cells.append(cell)
    return code
  }
}

/// Reads one part of a subject's key from batches.
struct PartReader: Sendable {
  /// The code of a value that isn't known.
  static let unknown: Int32 = -1

  private let field: Int?
  private let expression: ColumnarExpression?
  private let dataset: Dataset

  init(_ part: SubjectPart, dataset: Dataset, context: EvaluationContext) {
    self.dataset = dataset
    switch part {
    case .field(let name), .listed(let name, _):
      field = dataset.index(of: name)
      expression = nil
    case .computed(_, let computed):
      field = nil
      expression = ColumnarExpression(computed, dataset: dataset, context: context)
    }
  }

  /// The texts of a field's column as codes of their dictionary; nil where it holds none.
  func texts(of batch: Batch) -> (codes: [UInt32], dictionary: TextDictionary, column: Column)? {
    field.flatMap { batch.texts(ofField: $0) }
  }

  /// Returns the code of every row's value; null is a value like any other. O(rows).
  func codes(of batch: Batch, _ dictionary: inout PartDictionary, _ context: EvaluationContext) -> [Int32] {
    guard let field else {
      guard let expression else { preconditionFailure("a part of a subject is neither field nor expression") }
      return expression.cells(of: batch, context.constants.reading(batch, of: dataset)).map {
        $0 == .unknown ? Self.unknown : dictionary.insert($0)
      }
    }
    let column = batch.column(ofField: field)
    if case .text(let texts, let source) = column.values {
      // A column without a text has a dictionary of its own, which is none to remember.
      if (column.validity & column.known).isEmpty {
        let null = column.nullCount == 0 ? Self.unknown : dictionary.insert(.null)
        return texts.indices.map { column.known[$0] ? null : Self.unknown }
      }
      return translate(texts, column, dictionary.codes(of: source), &dictionary)
    }
    return (0..<column.count).map { row in
      let cell = column[row]
      // An interval is a date of which the day isn't known.
      if case .interval = cell { return Self.unknown }
      return cell == .unknown ? Self.unknown : dictionary.insert(cell)
    }
  }

  private func translate(
    _ texts: [UInt32], _ column: Column, _ codes: PartDictionary.TextCodes, _ dictionary: inout PartDictionary
  ) -> [Int32] {
    if column.nullCount == 0, column.unknownCount == 0 { return texts.map { codes[$0] } }
    let null = dictionary.insert(.null)
    return texts.indices.map { row in
      if !column.known[row] { return Self.unknown }
      return column.validity[row] ? codes[texts[row]] : null
    }
  }
}
