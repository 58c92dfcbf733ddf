/// Rows that were read again, as columns.
final class FetchedBatch: Sendable {
  let batch: Batch
  /// For each row its place in the dataset; nil where they are the batch's own.
  private let places: [Int32]?
  /// For each row the text of the first part of its key as the file has it; empty where nobody asked for it.
  let keyTexts: [String?]

  init(_ batch: Batch, places: [Int32]? = nil, keyTexts: [String?] = []) {
    self.batch = batch
    self.places = places
    self.keyTexts = keyTexts
  }

  /// The place of a row in the dataset, from 0.
  func place(of record: Int) -> Int32 { places?[record] ?? Int32(batch.firstRow + record) }
}

/// A row that was asked for: a place in columns, of which cells are made when somebody looks at them.
struct FetchedRow: Sendable {
  let source: FetchedBatch
  /// The row of the batch.
  let record: Int32
  /// How many of the dataset's fields it has.
  let fieldCount: Int32

  init(_ source: FetchedBatch, record: Int, fieldCount: Int? = nil) {
    self.source = source
    self.record = Int32(record)
    self.fieldCount = Int32(fieldCount ?? source.batch.positions.count)
  }

  private var row: Int { Int(record) }

  /// The row's place in the dataset, from 0.
  var place: Int32 { source.place(of: row) }
  /// The place of its file among the dataset's files.
  var file: Int { source.batch.file }
  /// Its number in the file.
  var number: Int { Int(source.batch.rowNumbers[row]) }
  /// Which of the rows that are identified as it is it is, from 1.
  var occurrence: Int { source.batch.occurrence(of: row) }
  /// Whether it is certainly there.
  var isCertain: Bool { source.batch.isCertain(row) }
  /// The text of the first part of its key as the file has it; nil where there is no such cell.
  var keyText: String? { source.keyTexts[row] }
  /// The cells of all fields; those that were not asked for are unknown.
  var cells: [Cell] { (0..<Int(fieldCount)).map { cell($0) } }

  /// Returns the cell of a declared field; unknown where it was not asked for.
  func cell(_ field: Int) -> Cell { source.batch.cell(row, ofField: field) }
}

/// Reads single rows of files again, without those before them where it is known where they begin.
struct RowFetcher {
  private(set) var rows: [Int32: FetchedRow] = [:]
  private var decoder: BlockDecoder
  private let occurrences: [Int32: Int32]
  private let keepsKeyTexts: Bool

  /// Creates a fetcher; `occurrences` tells which of the rows identified alike a row is, if not the first.
  init(decoder: BlockDecoder, occurrences: [Int32: Int32], keepsKeyTexts: Bool) {
    self.decoder = decoder
    self.occurrences = occurrences
    self.keepsKeyTexts = keepsKeyTexts
  }

  /// Takes in the rows that another has read.
  mutating func add(_ other: RowFetcher) {
    rows.merge(other.rows) { mine, _ in mine }
  }

  /// Records of a file that stand one after another, from an anchor to another.
  private struct Run {
    /// The place of the first record in the file, and how many rows come before it.
    let record: Int
    let row: Int
    /// How many records and rows of the same block come before it.
    let recordsBefore: Int
    let rowsBefore: Int
  }

  /// Reads rows of a file from the anchors before them. Rows of a file that has changed are left out.
  ///
  /// What stands between two anchors is a sequence of whole records. Several such stretches in one block are as good as a file
  /// that holds nothing else, so that rows that stand far apart are found and decoded many at a time.
  mutating func fetch(
    _ wanted: ArraySlice<Int32>, file place: Int, path: String, _ access: FileAccess, firstRow: Int
  ) {
    guard let reader = StretchReader(path: path, access) else { return }
    decoder.begin(file: place, access.match, access.selection)
    var block = RecordBlock(slotCount: access.selection.count)
    var wanted = wanted
    while !wanted.isEmpty {
      guard let selected = Self.gather(&wanted, from: reader, access.anchors, firstRow: firstRow, into: &block),
        !selected.isEmpty, (try? access.scanner.scan(&block)) != nil
      else { return }
      take(selected, of: block, place, access)
    }
  }

  /// Reads the stretches in which the next wanted rows stand, and takes these off; nil where the file can't be read.
  private static func gather(
    _ wanted: inout ArraySlice<Int32>, from reader: StretchReader, _ anchors: RowAnchors, firstRow: Int,
    into block: inout RecordBlock
  ) -> [(row: Int32, run: Run)]? {
    var selected: [(row: Int32, run: Run)] = []
    var (byteCount, recordCount, rowCount) = (0, 0, 0)
    while byteCount < StretchReader.bytesAtOnce, let first = wanted.first,
      let anchor = anchors.place(before: first - Int32(firstRow))
    {
      let run = Run(
        record: firstRow + Int(anchors.records[anchor]), row: Int(anchors.rows[anchor]), recordsBefore: recordCount,
        rowsBefore: rowCount)
      // Stretches that stand side by side are read at once.
      var next = anchor
      repeat {
        next += 1
        let end = anchors.firstRow(of: next, after: firstRow)
        while let row = wanted.first, Int(row) < end {
          selected.append((row, run))
          wanted.removeFirst()
        }
      } while reader.mayBeLong && next < anchors.records.count
        && anchors.offsets[next] - anchors.offsets[anchor] < StretchReader.bytesAtOnce
        && wanted.first.map({ Int($0) < anchors.firstRow(of: next + 1, after: firstRow) }) ?? false
      guard let count = reader.read(anchor..<next, into: &block, at: byteCount) else { return nil }
      byteCount += count
      // Nothing follows the last stretch of a file, and a block is enough at a time.
      guard reader.mayBeLong, next < anchors.records.count else { break }
      recordCount += Int(anchors.records[next] - anchors.records[anchor])
      rowCount += Int(anchors.rows[next] - anchors.rows[anchor])
    }
    block.removeRecords()
    block.byteCount = byteCount
    block.origin = nil
    block.isLast = true
    return selected
  }

  /// Reads rows of what is no file from its beginning on.
  mutating func fetch(_ wanted: ArraySlice<Int32>, from file: OpenFile, file place: Int, _ access: FileAccess) {
    decoder.begin(file: place, access.match, access.selection)
    var block = RecordBlock(slotCount: file.selection.count)
    var wanted = wanted
    while !wanted.isEmpty, let record = file.feed.next(&block) {
      let firstRow = file.firstRow + record
      wanted = wanted.drop { Int($0) < firstRow }
      let here = wanted.prefix { Int($0) < firstRow + block.count }
      wanted = wanted.dropFirst(here.count)
      // The feed has numbered the rows.
      let run = Run(record: firstRow, row: -1, recordsBefore: 0, rowsBefore: 0)
      if !here.isEmpty { take(here.map { ($0, run) }, of: block, place, access) }
    }
  }

  private mutating func take(
    _ selected: [(row: Int32, run: Run)], of block: RecordBlock, _ file: Int, _ access: FileAccess
  ) {
    var block = block
    var (places, records, numbers): ([Int32], [Int], [Int32]) = ([], [], [])
    for (row, run) in selected {
      let record = Int(row) - run.record + run.recordsBefore
      // What is not there any more was taken out of the file in the meantime.
      guard record < block.count else { continue }
      places.append(row)
      records.append(record)
      numbers.append(Int32(clamping: run.row + 1 + Int(block.rowNumbers[record]) - run.rowsBefore))
    }
    block.keep(records, numbered: numbers)
    var batch = decoder.decode(block, firstRow: 0)
    if !occurrences.isEmpty { batch.set(occurrences: places.map { occurrences[$0] ?? 1 }) }
    let fetched = FetchedBatch(batch, places: places, keyTexts: keepsKeyTexts ? keyTexts(of: block, access) : [])
    for (record, row) in places.enumerated() { rows[row] = FetchedRow(fetched, record: record) }
  }

  private func keyTexts(of block: RecordBlock, _ access: FileAccess) -> [String?] {
    let slot = decoder.firstKeyField.flatMap { access.match.columns[$0] }.flatMap { access.selection.slots[$0] }
    return (0..<block.count).map { record in
      guard let slot else { return nil }
      let range = block.cell(record, slot)
      return range.isMissing ? nil : CellText.string(range, in: block.bytes.span)
    }
  }
}
