/// A file that was opened, or what kept it from that.
struct OpenedFile {
  let path: String
  var encoding: TextEncoding?
  var state: DataFile.State?
  var source: (any RecordSource)?
  var problem: SourceProblem?

  /// Selects the columns that the dataset's fields match; nil without a source.
  mutating func select(_ match: HeaderMatch, _ dataset: Dataset) -> ColumnSelection? {
    let selection = ColumnSelection(match, fields: dataset.fields)
    source?.select(slots: selection.slots, untrimmedSlots: selection.untrimmed)
    return source == nil ? nil : selection
  }
}

/// A file that is being read, by one worker or several.
struct OpenFile {
  let feed: BlockFeed
  let selection: ColumnSelection
  /// How many bytes the file has.
  let size: Int
  /// The place of its first record in the dataset.
  let firstRow: Int

  init(_ source: any RecordSource, selection: ColumnSelection, size: Int, firstRow: Int) {
    feed = BlockFeed(source)
    self.selection = selection
    self.size = size
    self.firstRow = firstRow
  }

  /// Reads, decodes and hands on blocks until there are none.
  func work<Failure: Error>(
    _ decoder: inout BlockDecoder, _ consume: (Batch) throws(Failure) -> Void
  ) throws(Failure) {
    var block = RecordBlock(slotCount: selection.count)
    while let record = feed.next(&block) {
      let batch = decoder.decode(block, firstRow: firstRow + record)
      if batch.count > 0 { try consume(batch) }
    }
  }
}

/// How single rows of a file are read again.
struct FileAccess: Sendable {
  /// What tells whether the file was written to; nil for what is no file.
  let state: DataFile.State?
  let match: HeaderMatch
  let selection: ColumnSelection
  let scanner: any BlockScanner
  /// How its bytes spell its text; nil for what is no file.
  let encoding: TextEncoding?
  let anchors: RowAnchors

  /// Whether it is known where some of its records begin.
  var hasAnchors: Bool { state != nil && !anchors.records.isEmpty }
}

/// The state of reading one dataset, across all of its files.
struct ReadPass {
  /// What each worker reads with.
  var decoders: [BlockDecoder]
  private let dataset: Dataset
  private var files: [FileResult] = []
  private var accesses: [FileAccess?] = []
  private var rowCount = 0
  private var match: HeaderMatch?
  private var state: DataFile.State?

  init(_ dataset: Dataset, decoders: [BlockDecoder]) {
    self.dataset = dataset
    self.decoders = decoders
  }

  /// Goes on to a file; nil if it can't be read.
  mutating func begin(_ opened: OpenedFile, _ place: Int) -> OpenFile? {
    var opened = opened
    var file = FileResult(path: opened.path, headings: Array(repeating: nil, count: dataset.fields.count))
    file.encoding = opened.encoding
    if let problem = opened.problem { file.problems.append(problem) }
    if let match = opened.source?.match(dataset.fields) {
      file.notes = match.notes
      file.problems += match.problems
      file.headings = match.columns.map { $0.map { match.headings[$0] } }
      self.match = match
    }
    files.append(file)
    accesses.append(nil)
    guard file.problems.isEmpty, let match, let selection = opened.select(match, dataset), let source = opened.source
    else { return nil }
    for index in decoders.indices { decoders[index].begin(file: place, match, selection) }
    state = opened.state
    return OpenFile(source, selection: selection, size: opened.state?.size ?? 0, firstRow: rowCount)
  }

  /// Notes what became of the file.
  mutating func end(_ file: OpenFile) {
    let place = files.count - 1
    files[place].rowCount = file.feed.recordCount
    files[place].sha256 = file.feed.sha256
    rowCount += file.feed.recordCount
    if let problem = file.feed.finish() { files[place].problems.append(problem) }
    if let match {
      accesses[place] = FileAccess(
        state: state, match: match, selection: file.selection, scanner: file.feed.scanner,
        encoding: files[place].encoding, anchors: file.feed.anchors)
    }
  }

  /// Gives up the hashes of the rows' keys.
  mutating func takeKeys() -> KeyHashes {
    var all = KeyHashes()
    for index in decoders.indices { all.add(decoders[index].takeKeys()) }
    return all
  }

  /// What was read.
  var result: ReadResult {
    var findings = decoders[0].findings
    for decoder in decoders.dropFirst() { findings.formUnion(decoder.findings) }
    let unlisted = decoders.reduce(0) { $0 + $1.unlistedFindings }
    return ReadResult(files: files, found: findings, unlistedFindings: unlisted, accesses: accesses)
  }
}
