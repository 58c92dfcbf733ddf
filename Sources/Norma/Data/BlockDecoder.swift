/// Turns the blocks of a dataset's files into batches, and keeps what was found on the way.
///
/// Each worker has one, and the blocks that it gets are in the order of the files, if not one after another.
struct BlockDecoder: Sendable {
  /// What is wrong with cells, in the order of files, rows and columns.
  private(set) var findings = RowRuns<DataFinding>()
  /// How many findings there are beside these.
  private(set) var unlistedFindings = 0
  /// The keys of the rows; those of a dataset without a key are the rows' numbers.
  private(set) var keys = KeyHashes()
  private let dataset: Dataset
  /// For each declared field the place of its column in a batch.
  private let positions: [Int?]
  private let keyFields: [Int]
  private var decoders: [FieldDecoder]
  private var file = 0
  private var headings: [String?] = []
  private let tellsRowsApart: Bool
  private let findingLimit: Int
  /// Whether fields of the file share columns: two findings may then be of one cell, which has only one.
  private var sharesColumns = false

  /// Creates a decoder; `tellsRowsApart` says that rows may have the same identity, which has to be found, and
  /// `findingLimit` how many findings there have to be of the rows: those behind are counted.
  init(
    _ dataset: Dataset, forms: [FieldDecoder.Form], dictionaries: [TextDictionary], context: DecodingContext,
    tellsRowsApart: Bool, findingLimit: Int
  ) {
    self.dataset = dataset
    var positions: [Int?] = []
    var count = 0
    for form in forms {
      positions.append(form.isColumn ? count : nil)
      if form.isColumn { count += 1 }
    }
    self.positions = positions
    keyFields = dataset.keyFields
    decoders = dataset.fields.indices.map { index in
      FieldDecoder(
        dataset.fields[index], dataset: dataset.name, context: context, form: forms[index],
        dictionary: dictionaries[index])
    }
    self.tellsRowsApart = tellsRowsApart
    self.findingLimit = findingLimit
  }

  /// The first field of the key; nil where there is none.
  var firstKeyField: Int? { keyFields.first }

  /// Goes on to a file, whose columns are in the slots that `selection` says.
  mutating func begin(file: Int, _ match: HeaderMatch, _ selection: ColumnSelection) {
    self.file = file
    headings = match.columns.map { $0.map { match.headings[$0] } }
    let named = headings.compactMap { $0 }
    sharesColumns = Set(named).count < named.count
    for (index, column) in match.columns.enumerated() {
      decoders[index].begin(file: file, heading: headings[index], slot: column.flatMap { selection.slots[$0] })
    }
  }

  /// Decodes the records of `block`, notes what is wrong with them, and returns them as a batch.
  ///
  /// The block's rows are counted already, and its first record is the dataset's row `firstRow`.
  mutating func decode(_ block: RecordBlock, firstRow: Int) -> Batch {
    var columns: [Column] = []
    var found = BlockFindings(areListed: findings.count < findingLimit || sharesColumns && findingLimit > 0)
    for index in decoders.indices {
      if let column = decoders[index].decode(block, findings: &found) { columns.append(column) }
    }
    for surplus in block.surplus {
      found.add(
        DataFinding(
          dataset: dataset.name, file: file, row: Int(block.rowNumbers[surplus.record]), column: nil, field: nil,
          value: CellText.string(surplus.range, in: block.bytes.span), problem: .tooManyCells))
    }
    // A row stands in one block: here its findings are put in order, by all jobs at once.
    if found.areListed {
      findings.append(DataFinding.merged(found.listed, of: dataset), firstRow: firstRow, file: file)
    } else {
      unlistedFindings += found.count
    }
    let batch = Batch(
      file: file, firstRow: firstRow, rowNumbers: block.rowNumbers, columns: columns, positions: positions,
      headings: headings)
    if tellsRowsApart { keys.add(KeyHasher.hashes(of: batch, keyFields: keyFields), firstRow: firstRow) }
    return batch
  }

  /// Gives up what is kept for the rows' identities.
  mutating func takeKeys() -> KeyHashes {
    let taken = keys
    keys = KeyHashes()
    return taken
  }
}

/// What is wrong with the cells of a block.
struct BlockFindings {
  /// Whether it is told of each, and not only how many there are.
  let areListed: Bool
  private(set) var listed: [DataFinding] = []
  private(set) var count = 0

  init(areListed: Bool) {
    self.areListed = areListed
  }

  /// Takes in a finding.
  mutating func add(_ finding: @autoclosure () -> DataFinding) {
    count += 1
    if areListed { listed.append(finding()) }
  }
}

/// Which columns of a file are read, and where the blocks hold them.
struct ColumnSelection: Sendable {
  /// For each heading the slot of its cells, nil where nobody wants them.
  private(set) var slots: [Int?]
  /// The slots whose cells are a text even if they hold blanks alone.
  private(set) var untrimmed: [Int] = []
  /// How many slots there are.
  private(set) var count = 0

  init(_ match: HeaderMatch, fields: [Field]) {
    slots = Array(repeating: nil, count: match.headings.count)
    for (field, column) in zip(fields, match.columns) {
      guard let column else { continue }
      let slot = slots[column] ?? count
      if slot == count { count += 1 }
      slots[column] = slot
      if field.type == .text, !field.trims { untrimmed.append(slot) }
    }
  }
}

extension Dataset {
  /// The places of the key's fields, in the order of the key.
  var keyFields: [Int] {
    key.map { name in
      guard let index = index(of: name) else { preconditionFailure("the key of \(self.name) names \(name), no field") }
      return index
    }
  }
}
