/// Turns the cells of one field into columns, block by block, and notes those that cannot be taken as they stand.
struct FieldDecoder: Sendable {
  /// What is made of the cells of a field.
  enum Form: Hashable, Sendable {
    /// Nothing: they are not even looked at.
    case skipped
    /// Nothing: they are checked.
    case checked
    /// A column, of texts with the codes of a dictionary.
    case column
    /// A column, of texts where they stand.
    case slices

    /// Whether there is a column of them.
    var isColumn: Bool { self == .column || self == .slices }
  }

  private let field: Field
  private let dataset: String
  private let context: DecodingContext
  private let pattern: PatternMatcher?
  private let form: Form
  private let dictionary: TextDictionary
  private var texts: TextDecoder?
  private var place: DataFinding.Place
  private var slot: Int?

  /// Creates the decoder of a field; one is used for all files of a dataset.
  init(
    _ field: Field, dataset: String, context: DecodingContext, form: Form, dictionary: TextDictionary
  ) {
    self.field = field
    self.dataset = dataset
    self.context = context
    self.form = form
    place = DataFinding.Place(dataset: dataset, file: 0, column: nil, field: field.name)
    let pattern = field.constraint.pattern.map { PatternMatcher($0) }
    self.pattern = pattern
    if field.type == .text {
      self.texts = TextDecoder(
        limits: TextLimits(field.constraint, pattern: pattern), dictionary: form == .column ? dictionary : nil)
    }
    self.dictionary = dictionary
  }

  private var isNeeded: Bool { form.isColumn }

  /// Goes on to a file: the column's heading there and its slot in the blocks, both nil if it has no such column.
  mutating func begin(file: Int, heading: String?, slot: Int?) {
    place = DataFinding.Place(dataset: dataset, file: file, column: heading, field: field.name)
    self.slot = slot
  }

  /// Decodes the field's cells of `block`, appends what is wrong with them to `findings`, and returns them as a column
  /// if they are needed. O(bytes of the cells).
  mutating func decode(_ block: RecordBlock, findings: inout BlockFindings) -> Column? {
    if form == .skipped { return nil }
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
      return decodeDates(block, slot, DateDecoder(limits: FieldLimits(constraint, asOf: context.asOf)), &findings)
    case .partialDate:
      let decoder = PartialDateDecoder(limits: FieldLimits(constraint, asOf: context.asOf))
      return decode(block, slot, decoder, &findings) { .partialDates(lower: $0.map(\.lower), upper: $0.map(\.upper)) }
    case .timestamp:
      let decoder = TimestampDecoder(constraint, context)
      return decode(block, slot, decoder, &findings) { .timestamps($0) }
    }
  }

  private func decode<Decoder: CellDecoder>(
    _ block: RecordBlock, _ slot: Int, _ decoder: Decoder, _ findings: inout BlockFindings,
    values makeValues: ([Decoder.Value]) -> Column.Values
  ) -> Column? {
    var validity = Bitmap(repeating: true, count: block.count)
    var known = validity
    var values: [Decoder.Value] = []
    if isNeeded { values.reserveCapacity(block.count) }
    var folded: [UInt8] = []
    let bytes = block.bytes.span
    // Many a cell says what the one above it says.
    var last: (cell: CellRange, value: Decoder.Value)?
    for record in 0..<block.count {
      let cell = block.cell(record, slot)
      if let last, CellText.areSame(cell, last.cell, in: bytes) {
        if isNeeded { values.append(last.value) }
        continue
      }
      switch read(cell, decoder, in: bytes, &folded) {
      case .value(let value):
        last = (cell, value)
        if isNeeded { values.append(value) }
      case .none:
        validity[record] = false
        if isNeeded { values.append(decoder.placeholder) }
      case .problem(let problem):
        known[record] = false
        note(problem, block, record, cell, &findings)
        if isNeeded { values.append(decoder.placeholder) }
      }
    }
    return isNeeded ? Column(values: makeValues(values), validity: validity, known: known) : nil
  }

  /// What one cell turned out to be.
  private enum Reading<Value> {
    case value(Value)
    /// It is empty, and may be.
    case none
    case problem(DataProblem)
  }

  @inline(__always)
  private func read<Decoder: CellDecoder>(
    _ cell: CellRange, _ decoder: Decoder, in bytes: borrowing Span<UInt8>, _ folded: inout [UInt8]
  ) -> Reading<Decoder.Value> {
    switch Self.status(of: cell, field.isRequired, trims: true, in: bytes) {
    case .null: return .none
    case .problem(let problem): return .problem(problem)
    case .text(let range):
      let decoded: Decoded<Decoder.Value>
      if CellText.isASCII(range, in: bytes) {
        decoded = decoder.decode(bytes.extracting(Int(range.start)..<Int(range.end)))
      } else {
        CellText.fold(range, in: bytes, into: &folded)
        decoded = decoder.decode(folded.span)
      }
      switch decoded {
      case .value(let value):
        if let pattern, !pattern.matchesWhole(CellText.string(range, in: bytes)) {
          return .problem(.notMatchingPattern)
        }
        return .value(value)
      case .problem(let problem): return .problem(problem)
      }
    }
  }

  /// Decodes dates: those in the usual form at once, the others one by one.
  private func decodeDates(
    _ block: RecordBlock, _ slot: Int, _ decoder: DateDecoder, _ findings: inout BlockFindings
  ) -> Column? {
    let limits = decoder.limits
    let lowest = max(limits.minimum ?? .min, CivilDate.noDay + 1)
    let highest = limits.maximum ?? .max
    guard limits.oneOf == nil, pattern == nil, lowest <= highest else {
      return decode(block, slot, decoder, &findings) { .dates($0) }
    }
    var found = block.withCells(ofSlot: slot) { DateColumn.read($0, in: block.bytes, limits: lowest...highest) }
    var present = Bitmap(words: found.present, count: block.count)
    // An empty cell of a required field is wrong; it is not among the others.
    let odd: [Int32] = field.isRequired ? (~present).setBits.map { Int32($0) } : found.others
    var known = Bitmap(repeating: true, count: block.count)
    var folded: [UInt8] = []
    let bytes = block.bytes.span
    for row in odd {
      let record = Int(row)
      let cell = block.cell(record, slot)
      switch read(cell, decoder, in: bytes, &folded) {
      case .value(let day):
        found.days[record] = day
        present[record] = true
      case .none: break
      case .problem(let problem):
        present[record] = true
        known[record] = false
        note(problem, block, record, cell, &findings)
      }
    }
    return isNeeded ? Column(values: .dates(found.days), validity: present, known: known) : nil
  }

  private mutating func decodeTexts(_ block: RecordBlock, _ slot: Int, _ findings: inout BlockFindings) -> Column? {
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
    let plain = block.withCells(ofSlot: slot) { cells in
      block.bytes.withUnsafeBufferPointer { bytes in
        ranges.append(contentsOf: cells)
        return Bitmap(count: cells.count) { CellText.isPlain(cells[$0], in: bytes) }
      }
    }
    for record in (~plain).setBits {
      let cell = ranges[record]
      switch Self.status(of: cell, isRequired, trims: trims, in: bytes) {
      case .null:
        validity[record] = false
        ranges[record] = .missing
      case .problem(let problem):
        known[record] = false
        note(problem, block, record, cell, &findings)
        ranges[record] = .missing
      case .text(let range):
        ranges[record] = range
      }
    }
    let codes = texts.check(ranges, in: block.bytes) { record, problem in
      known[record] = false
      note(problem, block, record, block.cell(record, slot), &findings)
    }
    switch form {
    case .skipped, .checked: return nil
    case .column: return Column(values: .text(codes, dictionary), validity: validity, known: known)
    case .slices: return Column(values: .slices(ranges, block.bytes), validity: validity, known: known)
    }
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

  private func note(
    _ problem: DataProblem, _ block: RecordBlock, _ record: Int, _ cell: CellRange, _ findings: inout BlockFindings
  ) {
    findings.add(
      DataFinding(
        place, row: Int(block.rowNumbers[record]),
        value: cell.isMissing ? nil : CellText.string(cell, in: block.bytes.span), problem))
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
