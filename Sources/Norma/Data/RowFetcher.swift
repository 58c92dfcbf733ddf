/// A row that was asked for.
struct FetchedRow: Sendable {
  /// The row's place in the dataset, from 0.
  let place: Int32
  /// The place of its file among the dataset's files.
  let file: Int
  /// Its number in the file.
  let number: Int
  /// Which of the rows that are identified as it is it is, from 1.
  var occurrence = 1
  /// Whether it is certainly there.
  var isCertain = true
  /// The cells of all fields.
  let cells: [Cell]
  /// The text of the first part of its key as the file has it; nil where there is no such cell.
  var keyText: String?
}

/// Reads single rows of files again, without those before them where it is known where they begin.
struct RowFetcher {
  private(set) var rows: [Int32: FetchedRow] = [:]
  private var decoder: BlockDecoder

  init(decoder: BlockDecoder) {
    self.decoder = decoder
  }

  /// Takes in the rows that another has read.
  mutating func add(_ other: RowFetcher) {
    rows.merge(other.rows) { mine, _ in mine }
  }

  /// The greatest number of anchors' stretches that are read at once.
  private static let longestRun = 64

  /// Reads rows of a file from the anchors before them; false where the file has none. Rows of a file that has changed are
  /// left out.
  mutating func fetch(
    _ wanted: ArraySlice<Int32>, file place: Int, path: String, _ access: FileAccess, firstRow: Int
  ) -> Bool {
    let anchors = access.anchors
    guard let state = access.state, !anchors.records.isEmpty else { return false }
    guard let file = try? DataFile(path: path), file.openedState == state else { return true }
    decoder.begin(file: place, access.match, access.selection)
    var block = RecordBlock(slotCount: access.selection.count)
    var wanted = wanted
    while let first = wanted.first, let anchor = anchors.place(before: first - Int32(firstRow)) {
      // Rows that stand close together are read at once.
      var next = anchor + 1
      var here = wanted.prefix { Int($0) < anchors.firstRow(of: next, after: firstRow) }
      while next < anchors.records.count, next - anchor < Self.longestRun,
        let following = wanted.dropFirst(here.count).first,
        Int(following) < anchors.firstRow(of: next + 1, after: firstRow)
      {
        next += 1
        here = wanted.prefix { Int($0) < anchors.firstRow(of: next, after: firstRow) }
      }
      let end = next == anchors.records.count ? state.size : anchors.offsets[next]
      wanted = wanted.dropFirst(here.count)
      guard Self.read(file, anchors.offsets[anchor]..<end, &block), (try? access.scanner.scan(&block)) != nil else {
        return true
      }
      block.place(firstRow: Int(anchors.rows[anchor]) + 1)
      take(here, of: block, firstRow: firstRow + Int(anchors.records[anchor]), place, access)
    }
    return true
  }

  private static func read(_ file: DataFile, _ range: Range<Int>, _ block: inout RecordBlock) -> Bool {
    block.removeRecords()
    if block.bytes.count < range.count { block.bytes = [UInt8](repeating: 0, count: range.count) }
    guard let count = try? file.read(at: range.lowerBound, into: &block.bytes, from: 0), count >= range.count else {
      return false
    }
    block.byteCount = range.count
    block.offset = range.lowerBound
    block.isLast = true
    return true
  }

  /// Reads rows of a file from its beginning on.
  mutating func fetch(_ wanted: ArraySlice<Int32>, from file: OpenFile, file place: Int, _ access: FileAccess) {
    decoder.begin(file: place, access.match, access.selection)
    var block = RecordBlock(slotCount: file.selection.count)
    var wanted = wanted
    while !wanted.isEmpty, let record = file.feed.next(&block) {
      let firstRow = file.firstRow + record
      let here = wanted.prefix { Int($0) < firstRow + block.count }
      wanted = wanted.dropFirst(here.count)
      if !here.isEmpty { take(here, of: block, firstRow: firstRow, place, access) }
    }
  }

  private mutating func take(
    _ wanted: ArraySlice<Int32>, of block: RecordBlock, firstRow: Int, _ file: Int, _ access: FileAccess
  ) {
    var block = block
    let wanted = wanted.filter { Int($0) - firstRow < block.count }
    block.keep(wanted.map { Int($0) - firstRow })
    let batch = decoder.decode(block, firstRow: firstRow)
    let keySlot = decoder.firstKeyField.flatMap { access.match.columns[$0] }.flatMap { access.selection.slots[$0] }
    for (record, row) in wanted.enumerated() {
      let range = keySlot.map { block.cell(record, $0) }
      rows[row] = FetchedRow(
        place: row, file: file, number: Int(batch.rowNumbers[record]), cells: batch.columns.map { $0[record] },
        keyText: range.flatMap { $0.isMissing ? nil : CellText.string($0, in: block.bytes.span) })
    }
  }
}
