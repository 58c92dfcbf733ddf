/// Reads the files of a dataset into batches of typed columns, and checks every declared field on the way.
///
/// The files are taken in the order given. With several jobs the blocks of a file are decoded side by side. Memory is bounded
/// by the size of a block for each job, the distinct texts of the fields that are coded, 12 bytes a row for its key, and the
/// findings.
public struct DatasetReader: Sendable {
  let dataset: Dataset
  private let files: [String]
  private let encoding: TextEncoding?
  private let headerRow: Int?
  let context: DecodingContext
  private let forms: [FieldDecoder.Form]
  private let dictionaries: [TextDictionary]
  let blockSize: Int
  /// Rows that stand in for the files.
  var inlineTable: InlineTable?
  /// How many threads decode blocks.
  var jobs = 1
  /// How many findings of cells are listed at least, if there are as many; the others are counted.
  var findingLimit = Int.max
  /// Whether the files' digests are worked out.
  var hashesFiles = true

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - dataset: What the files hold.
  ///   - files: The paths of the files, in order.
  ///   - encoding: The encoding of their text, nil to tell it from the bytes.
  ///   - headerRow: The row with the column headings from 1, nil for the first that is not blank.
  ///   - asOf: The date of the audit, for limits that name it.
  ///   - localTime: The zone in which times without one are meant.
  ///   - fields: The fields that batches are to hold; those of the key and of references are always there, and nil
  ///     stands for all.
  ///   - sliced: The text fields of which batches need no codes, since their texts are only held against each other.
  ///   - dictionaries: For text fields by name the dictionary to use, so that fields that hold each other's values
  ///     have the same codes; a field without one gets its own.
  ///   - blockSize: How many bytes are read at a time.
  public init(
    _ dataset: Dataset, files: [String], encoding: TextEncoding? = nil, headerRow: Int? = nil, asOf: CivilDate,
    localTime: @escaping LocalTime, fields: Set<String>? = nil, sliced: Set<String> = [],
    dictionaries: [String: TextDictionary] = [:], blockSize: Int = 1 << 18
  ) {
    self.dataset = dataset
    self.files = files
    self.encoding = encoding
    self.headerRow = headerRow
    self.context = DecodingContext(asOf: asOf, localTime: localTime)
    var needed = fields ?? Set(dataset.fields.map(\.name))
    needed.formUnion(dataset.key)
    for field in dataset.fields { needed.formUnion(field.reference?.match.map(\.ours) ?? []) }
    forms = dataset.fields.map { field in
      if !needed.contains(field.name) { return .checked }
      return field.type == .text && sliced.contains(field.name) ? .slices : .column
    }
    self.dictionaries = dataset.fields.map { dictionaries[$0.name] ?? TextDictionary() }
    self.blockSize = blockSize
  }

  /// Reads all files and hands each batch to `consume`, in order. An error of `consume` ends the reading and is passed on.
  ///
  /// A file that cannot be read is a problem in the result, and the other files are still read. Batches of a file may
  /// have been handed on before its problem was met: where a result has problems, nothing may be judged by its rows.
  public func read<Failure: Error>(into consume: (Batch) throws(Failure) -> Void) throws(Failure) -> ReadResult {
    var pass = ReadPass(dataset, decoders: [decoder])
    for place in 0..<fileCount {
      guard let file = pass.begin(open(place), place) else { continue }
      try file.work(&pass.decoders[0], consume)
      pass.end(file)
    }
    return finish(pass)
  }

  /// Reads all files with several jobs, and hands each batch to `consume` with the number of the job that has read it.
  ///
  /// Each job's batches ascend, and no two are handed to the same job at a time.
  public func readSideBySide(into consume: (Batch, _ job: Int) -> Void) -> ReadResult {
    var pass = ReadPass(dataset, decoders: (0..<max(1, jobs)).map { _ in decoder })
    for place in 0..<fileCount {
      guard let file = pass.begin(open(place), place) else { continue }
      // A file of few blocks is read before a thread would have begun.
      let jobs = file.size < blockSize * 4 ? 1 : pass.decoders.count
      pass.decoders.withUnsafeMutableBufferPointer { decoders in
        nonisolated(unsafe) let decoders = decoders
        SideBySide.perform(jobs: jobs, count: jobs) { job in
          file.work(&decoders[job]) { consume($0, job) }
        }
      }
      pass.end(file)
    }
    return finish(pass)
  }

  private var fileCount: Int { inlineTable == nil ? files.count : 1 }

  /// A decoder of the files' blocks.
  private var decoder: BlockDecoder {
    BlockDecoder(
      dataset, forms: forms, dictionaries: dictionaries, context: context,
      tellsRowsApart: dataset.checksKeys && (!dataset.key.isEmpty || files.count > 1), findingLimit: findingLimit)
  }

  /// Opens a file up to its header.
  private func open(_ place: Int) -> OpenedFile {
    if let inlineTable {
      return OpenedFile(path: dataset.name, source: InlineSource(inlineTable, fields: dataset.fields))
    }
    var opened = OpenedFile(path: files[place])
    do throws(SourceProblem) {
      let text = try TextFile(path: files[place], encoding: encoding, blockSize: blockSize, hashes: hashesFiles)
      opened.encoding = text.encoding
      opened.state = text.state
      // No more room is made than the file needs.
      let blockSize = min(blockSize, text.size + 64)
      opened.source = try CSVSource(file: text, headerRow: headerRow, blockSize: blockSize)
    } catch {
      opened.problem = error
    }
    return opened
  }

  // MARK: Rows again

  /// Reads rows again, given by their places in the dataset, with the cells of the fields that batches hold. Rows of a file
  /// that has changed since, or can't be read any more, are left out. O(rows wanted × rows between two anchors).
  func fetch(
    _ rows: some Sequence<Int32>, of result: ReadResult, keepsKeyTexts: Bool = false
  ) -> [Int32: FetchedRow] {
    var wanted = rows.sorted()[...]
    let rowsWorthJob = result.accesses.compactMap { $0?.anchors.rowsWorthJob }.min() ?? 1
    let jobs = min(jobs, max(1, wanted.count / rowsWorthJob))
    var fetchers = JobValues(
      RowFetcher(
        decoder: BlockDecoder(
          dataset, forms: forms.map { $0 == .checked ? .skipped : .column },
          dictionaries: dataset.fields.map { _ in TextDictionary() },
          context: context, tellsRowsApart: false, findingLimit: 0),
        occurrences: result.identities.occurrences, keepsKeyTexts: keepsKeyTexts), jobs: jobs)
    var firstRow = 0
    for (place, file) in result.files.enumerated() {
      let next = firstRow + file.rowCount
      let inFile = wanted.prefix { Int($0) < next }
      wanted = wanted.dropFirst(inFile.count)
      if !inFile.isEmpty, let access = result.accesses[place] {
        fetch(inFile, file: place, path: file.path, access, firstRow: firstRow, jobs: jobs, &fetchers)
      }
      firstRow = next
    }
    fetchers.reduce { $0.add($1) }
    return fetchers.values[0].rows
  }

  /// Reads rows of a file again, with a job for each fetcher: from its anchors on stretch by stretch, or else from its beginning on.
  private func fetch(
    _ wanted: ArraySlice<Int32>, file place: Int, path: String, _ access: FileAccess, firstRow: Int, jobs: Int,
    _ fetchers: inout JobValues<RowFetcher>
  ) {
    if access.hasAnchors {
      // A few stretches for each job, so that all end at about the same time.
      let count = jobs == 1 ? 1 : min(jobs * 4, max(1, wanted.count / access.anchors.rowsWorthJob))
      let ends = (0...count).map { wanted.startIndex + wanted.count * $0 / count }
      let stretches = zip(ends, ends.dropFirst()).map { wanted[$0..<$1] }
      fetchers.perform(jobs: jobs, over: stretches) { fetcher, stretch, _ in
        fetcher.fetch(stretch, file: place, path: path, access, firstRow: firstRow)
      }
    } else if let file = reopened(place, access, firstRow: firstRow) {
      fetchers.perform(jobs: jobs, over: Array(0..<jobs)) { fetcher, _, _ in
        fetcher.fetch(wanted, from: file, file: place, access)
      }
    }
  }

  private func reopened(_ place: Int, _ access: FileAccess, firstRow: Int) -> OpenFile? {
    var opened = open(place)
    guard opened.problem == nil, opened.state == access.state, let selection = opened.select(access.match, dataset)
    else { return nil }
    return opened.source.map { OpenFile($0, selection: selection, size: 0, firstRow: firstRow) }
  }

  /// Finds the rows with the same key, and gives up what was kept for that.
  private func finish(_ pass: consuming ReadPass) -> ReadResult {
    var pass = pass
    var keys = pass.takeKeys()
    var result = pass.result
    guard result.isComplete else { return result }
    let groups = keys.groups(jobs: jobs)
    keys = KeyHashes()
    if groups.isEmpty { return result }
    if dataset.key.isEmpty {
      result.identities = RowIdentities(numbered: groups)
      return result
    }
    let fields = dataset.keyFields
    let rows = fetch(groups.joined(), of: result, keepsKeyTexts: true)
    // A file that was written to in the meantime can't be judged.
    if rows.count < groups.reduce(0, { $0 + $1.count }) { result.noteChange() }
    result.identities = RowIdentities(groups: groups, cells: rows.mapValues { row in fields.map { row.cell($0) } })
    result.add(duplicates: result.identities.duplicates.compactMap { rows[$0] }, of: dataset)
    return result
  }
}
