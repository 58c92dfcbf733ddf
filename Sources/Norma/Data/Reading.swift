/// The state of reading one dataset: decoders, keys and findings, across all of its files.
struct Reading {
  var files: [FileResult] = []
  private let dataset: Dataset
  /// For each declared field the place of its column in a batch.
  private let positions: [Int?]
  private var decoders: [FieldDecoder]
  private var keys: KeyTable
  private var places: RowPlaces?
  private var findings: [DataFinding] = []
  private var rowCount = 0
  private var file = 0
  private var headings: [String?] = []
  private var keySlot: Int?

  init(
    _ dataset: Dataset, needed: Set<String>, dictionaries: [String: TextDictionary], context: DecodingContext,
    files: Int
  ) {
    self.dataset = dataset
    var positions: [Int?] = []
    var count = 0
    for field in dataset.fields {
      let isNeeded = needed.contains(field.name)
      positions.append(isNeeded ? count : nil)
      if isNeeded { count += 1 }
    }
    self.positions = positions
    self.decoders = dataset.fields.enumerated().map { index, field in
      FieldDecoder(
        field, dataset: dataset.name, context: context, isNeeded: positions[index] != nil,
        dictionary: dictionaries[field.name] ?? TextDictionary())
    }
    self.keys = KeyTable(types: dataset.key.map { dataset.fields[Self.keyField($0, dataset)].type })
    // Row numbers repeat only from file to file.
    self.places = dataset.key.isEmpty && files > 1 ? RowPlaces() : nil
  }

  var result: ReadResult {
    ReadResult(files: files, findings: DataFinding.merged(findings, of: dataset), keys: keys)
  }

  /// Goes on to a file, tells its source which columns are wanted, and returns a block for its records.
  mutating func begin(file: Int, _ match: HeaderMatch, _ source: inout any RecordSource) -> RecordBlock {
    self.file = file
    self.headings = match.columns.map { $0.map { match.headings[$0] } }
    var slots: [Int?] = Array(repeating: nil, count: match.headings.count)
    var untrimmed: [Int] = []
    var slotCount = 0
    for (index, column) in match.columns.enumerated() {
      guard let column else {
        decoders[index].begin(file: file, heading: nil, slot: nil)
        continue
      }
      let slot = slots[column] ?? slotCount
      if slot == slotCount { slotCount += 1 }
      slots[column] = slot
      if dataset.fields[index].type == .text, !dataset.fields[index].trims { untrimmed.append(slot) }
      decoders[index].begin(file: file, heading: match.headings[column], slot: slot)
    }
    self.keySlot = dataset.key.first.flatMap { match.columns[Self.keyField($0, dataset)] }.flatMap { slots[$0] }
    source.select(slots: slots, untrimmedSlots: untrimmed)
    return RecordBlock(slotCount: slotCount)
  }

  /// Decodes the records of `block`, notes what is wrong with them, and returns them as a batch.
  mutating func decode(_ block: RecordBlock) -> Batch {
    var columns: [Column] = []
    for index in decoders.indices {
      if let column = decoders[index].decode(block, findings: &findings) { columns.append(column) }
    }
    for surplus in block.surplus {
      note(.tooManyCells, block, surplus.record, surplus.range, field: nil)
    }
    let batch = Batch(
      file: file, firstRow: rowCount, rowNumbers: block.rowNumbers, columns: columns, positions: positions,
      headings: headings, occurrences: occurrences(columns, block))
    rowCount += block.count
    return batch
  }

  private mutating func occurrences(_ columns: [Column], _ block: RecordBlock) -> [Int32] {
    guard !dataset.key.isEmpty else {
      return places?.insert(block.rowNumbers) ?? Array(repeating: 1, count: block.count)
    }
    let parts = dataset.key.map { name in
      guard let position = positions[Self.keyField(name, dataset)] else {
        preconditionFailure("the key field \(name) was not read")
      }
      return columns[position]
    }
    let insertion = keys.insert(parts, count: block.count)
    for record in insertion.duplicates {
      note(.duplicateKey, block, record, keySlot.map { block.cell(record, $0) } ?? .missing, field: dataset.key[0])
    }
    return insertion.occurrences
  }

  private mutating func note(
    _ problem: DataProblem, _ block: RecordBlock, _ record: Int, _ range: CellRange, field: String?
  ) {
    findings.append(
      DataFinding(
        dataset: dataset.name, file: file, row: Int(block.rowNumbers[record]),
        column: field.flatMap { dataset.index(of: $0) }.flatMap { headings[$0] }, field: field,
        value: range.isMissing ? nil : CellText.string(range, in: block.bytes.span), problem: problem))
  }

  private static func keyField(_ name: String, _ dataset: Dataset) -> Int {
    guard let index = dataset.index(of: name) else {
      preconditionFailure("the key of \(dataset.name) names \(name), which is no field")
    }
    return index
  }
}

/// How often each row number was seen, where rows have no identity but their place in a file.
struct RowPlaces {
  private var counts: [Int32] = []

  /// Adds the rows of a batch and returns for each how often its number was seen up to it, from 1.
  mutating func insert(_ rowNumbers: [Int32]) -> [Int32] {
    if let last = rowNumbers.last, counts.count <= Int(last) {
      counts += Array(repeating: 0, count: Int(last) + 1 - counts.count)
    }
    return rowNumbers.map { number in
      counts[Int(number)] += 1
      return counts[Int(number)]
    }
  }
}
