/// Turns the cells of one field into columns, block by block, and notes those that cannot be taken as they stand.
struct FieldDecoder {
  private let field: Field
  private let dataset: String
  private let context: DecodingContext
  private let pattern: PatternMatcher?
  private let isNeeded: Bool
  private let dictionary: TextDictionary
  private var texts: TextDecoder?
  private var file = 0
  private var heading: String?
  private var slot: Int?

  /// Creates the decoder of a field; one is used for all files of a dataset.
  ///
  /// Unless it `isNeeded`, cells are checked and no column is made.
  init(_ field: Field, dataset: String, context: DecodingContext, isNeeded: Bool, dictionary: TextDictionary) {
    self.field = field
    self.dataset = dataset
    self.context = context
    self.isNeeded = isNeeded
    let pattern = field.constraint.pattern.map { PatternMatcher($0) }
    self.pattern = pattern
    if field.type == .text {
      self.texts = TextDecoder(
        limits: TextLimits(field.constraint, pattern: pattern), dictionary: isNeeded ? dictionary : nil)
    }
    self.dictionary = dictionary
  }

  /// Goes on to a file: the column's heading there and its slot in the blocks, both nil if it has no such column.
  mutating func begin(file: Int, heading: String?, slot: Int?) {
    self.file = file
    self.heading = heading
    self.slot = slot
  }

  /// Decodes the field's cells of `block`, appends what is wrong with them to `findings`, and returns them as a column
  /// if they are needed. O(bytes of the cells).
  mutating func decode(_ block: RecordBlock, findings: inout [DataFinding]) -> Column? {
    guard let slot else {
      return isNeeded ? Column(nullsOf: field.type, count: block.count, dictionary: dictionary) : nil
    }
    let constraint = field.constraint
    switch field.type {
    case .text:
      return decodeTexts(block, slot, &findings)
    case .integer:
      let decoder = IntegerDecoder(limits: FieldLimits(constraint))
      return decode(block, slot, decoder, &findings) { .integers($0) }
    case .decimal:
      let decoder = DecimalDecoder(limits: FieldLimits(constraint))
      return decode(block, slot, decoder, &findings) { .decimals($0) }
    case .boolean:
      return decode(block, slot, BooleanDecoder(constraint), &findings) { .booleans(Bitmap($0)) }
    case .date:
      let decoder = DateDecoder(limits: FieldLimits(constraint, asOf: context.asOf))
      return decode(block, slot, decoder, &findings) { .dates($0) }
    case .partialDate:
      let decoder = PartialDateDecoder(limits: FieldLimits(constraint, asOf: context.asOf))
      return decode(block, slot, decoder, &findings) { .partialDates(lower: $0.map(\.lower), upper: $0.map(\.upper)) }
    case .timestamp:
      let decoder = TimestampDecoder(constraint, context)
      return decode(block, slot, decoder, &findings) { .timestamps($0) }
    }
  }

  private mutating func decode<Decoder: CellDecoder>(
    _ block: RecordBlock, _ slot: Int, _ decoder: Decoder, _ findings: inout [DataFinding],
    values makeValues: ([Decoder.Value]) -> Column.Values
  ) -> Column? {
    var validity = Bitmap(repeating: true, count: block.count)
    var known = validity
    var values: [Decoder.Value] = []
    if isNeeded { values.reserveCapacity(block.count) }
    var folded: [UInt8] = []
    let bytes = block.bytes.span
    let isRequired = field.isRequired
    let hasPattern = pattern != nil
    for record in 0..<block.count {
      let cell = block.cell(record, slot)
      var value = decoder.placeholder
      switch Self.status(of: cell, isRequired, trims: true, in: bytes) {
      case .null:
        validity[record] = false
      case .problem(let problem):
        known[record] = false
        findings.append(finding(problem, block, record, cell))
      case .text(let range):
        let decoded: Decoded<Decoder.Value>
        if CellText.isASCII(range, in: bytes) {
          decoded = decoder.decode(bytes.extracting(Int(range.start)..<Int(range.end)))
        } else {
          CellText.fold(range, in: bytes, into: &folded)
          decoded = decoder.decode(folded.span)
        }
        switch decoded {
        case .value(let read):
          if hasPattern, !matchesPattern(CellText.string(range, in: bytes)) {
            known[record] = false
            findings.append(finding(.notMatchingPattern, block, record, cell))
          } else {
            value = read
          }
        case .problem(let problem):
          known[record] = false
          findings.append(finding(problem, block, record, cell))
        }
      }
      if isNeeded { values.append(value) }
    }
    return isNeeded ? Column(values: makeValues(values), validity: validity, known: known) : nil
  }

  private mutating func decodeTexts(_ block: RecordBlock, _ slot: Int, _ findings: inout [DataFinding]) -> Column? {
    guard var texts else { preconditionFailure("a text field without a decoder of texts") }
    self.texts = nil
    defer { self.texts = texts }
    if !isNeeded, !field.isRequired, texts.limits.allowEverything, !block.hasMissing { return nil }
    var validity = Bitmap(repeating: true, count: block.count)
    var known = validity
    var ranges: [CellRange] = []
    ranges.reserveCapacity(block.count)
    let bytes = block.bytes.span
    let isRequired = field.isRequired
    let trims = field.trims
    for record in 0..<block.count {
      let cell = block.cell(record, slot)
      switch Self.status(of: cell, isRequired, trims: trims, in: bytes) {
      case .null:
        validity[record] = false
        ranges.append(.missing)
      case .problem(let problem):
        known[record] = false
        findings.append(finding(problem, block, record, cell))
        ranges.append(.missing)
      case .text(let range):
        ranges.append(range)
      }
    }
    let codes = texts.check(ranges, in: block.bytes) { record, problem in
      known[record] = false
      findings.append(finding(problem, block, record, block.cell(record, slot)))
    }
    return isNeeded ? Column(values: .text(codes, dictionary), validity: validity, known: known) : nil
  }

  private func matchesPattern(_ text: String) -> Bool {
    pattern?.matchesWhole(text) ?? true
  }

  /// What a cell is before its type matters.
  private enum Status {
    case null
    case problem(DataProblem)
    case text(CellRange)
  }

  @inline(__always)
  private static func status(
    of cell: CellRange, _ isRequired: Bool, trims: Bool, in bytes: borrowing Span<UInt8>
  ) -> Status {
    if cell.isMissing { return .problem(.tooFewCells) }
    let range = trims ? CellText.trimmed(cell, in: bytes) : cell
    if range.isEmpty { return isRequired ? .problem(.empty) : .null }
    return .text(range)
  }

  private func finding(_ problem: DataProblem, _ block: RecordBlock, _ record: Int, _ cell: CellRange) -> DataFinding {
    DataFinding(
      dataset: dataset, file: file, row: Int(block.rowNumbers[record]), column: heading, field: field.name,
      value: cell.isMissing ? nil : CellText.string(cell, in: block.bytes.span), problem: problem)
  }
}

/// Turns what the clocks of a time zone show, as microseconds since they showed 1970-01-01T00:00, into the moment, as
/// microseconds since 1970-01-01T00:00:00Z.
public typealias LocalTime = @Sendable (_ clockMicroseconds: Int64) -> Int64

/// What reading depends on beside the dataset.
struct DecodingContext: Sendable {
  /// The date of the audit, for limits that name it.
  let asOf: CivilDate
  /// The zone in which a time without one is meant.
  let localTime: LocalTime
}
