import Glibc
internal import Synchronization

/// Hands out the blocks of a file to workers, and keeps their order.
///
/// A worker takes a block, finds the records in it, and then waits for its turn to learn how many rows and records come
/// before: blocks are read in order and placed in order, and all between is done side by side.
final class BlockFeed: @unchecked Sendable {
  private let source: SharedState<any RecordSource>
  let scanner: any BlockScanner
  private let turn = Atomic(0)
  private let isStopped = Atomic(false)
  // What follows belongs to the worker whose turn it is.
  private(set) var problem: SourceProblem?
  private(set) var rowCount: Int
  private(set) var recordCount = 0
  private(set) var anchors = RowAnchors()

  /// Creates the feed of a file whose columns were selected.
  init(_ source: any RecordSource) {
    self.source = SharedState(source)
    scanner = source.scanner
    rowCount = source.leadingRowCount
  }

  /// Takes the next block and finds its records; nil once there are none, else the place of its first record among the
  /// file's. Throws nothing: what keeps the file from being read is `problem`.
  func next(_ block: inout RecordBlock) -> Int? {
    guard !isStopped.load(ordering: .relaxed), take(&block) else { return nil }
    var failure: SourceProblem?
    do throws(SourceProblem) { try scanner.scan(&block) } catch { failure = error }
    while turn.load(ordering: .acquiring) != block.number { sched_yield() }
    defer { turn.store(block.number + 1, ordering: .releasing) }
    if problem != nil { return nil }
    let firstRecord = recordCount
    if failure == nil {
      anchors.add(block, firstRecord: recordCount, firstRow: rowCount)
      block.place(firstRow: rowCount + 1)
      rowCount += block.rowCount
      recordCount += block.count
      failure = block.problem?.problem(row: rowCount + 1)
    }
    if let failure {
      problem = failure
      isStopped.store(true, ordering: .relaxed)
    }
    return block.isScanned ? firstRecord : nil
  }

  private func take(_ block: inout RecordBlock) -> Bool {
    source.change { source in
      do throws(SourceProblem) {
        return try source.read(into: &block)
      } catch {
        // What was handed out before is still placed; nothing comes after.
        readProblem = error
        isStopped.store(true, ordering: .relaxed)
        return false
      }
    }
  }

  private var readProblem: SourceProblem?

  /// What kept the file from being read, once no worker is at it any more.
  func finish() -> SourceProblem? { problem ?? readProblem }

  /// The digest of the file, once it was read to its end.
  var sha256: String? { source.read { $0.sha256 } }
}

/// Where some of the records of a file begin, so that single ones can be read again: one at every so many where the text is the
/// file's bytes, and else the first of each block.
struct RowAnchors: Sendable {
  private(set) var records: [Int32] = []
  private(set) var rows: [Int32] = []
  private(set) var offsets: [Int] = []
  /// For each anchor the text of its block, where that is not the file's bytes; else empty.
  private(set) var texts: [Text] = []

  /// A part of what the bytes of a file spell from an anchor's offset on, in bytes of UTF-8.
  struct Text: Sendable {
    let skipped: Int
    let count: Int
  }

  /// Notes those of a block.
  mutating func add(_ block: RecordBlock, firstRecord: Int, firstRow: Int) {
    switch block.origin {
    case nil: return
    case .bytes(let offset)?:
      for anchor in block.anchors {
        add(firstRecord + Int(anchor.record), firstRow + Int(anchor.row), offset + Int(anchor.offset))
      }
    case .text(let offset, let skipped)?:
      if block.count == 0 { return }
      add(firstRecord, firstRow, offset)
      texts.append(Text(skipped: skipped, count: block.byteCount))
    }
  }

  private mutating func add(_ record: Int, _ row: Int, _ offset: Int) {
    records.append(Int32(clamping: record))
    rows.append(Int32(clamping: row))
    offsets.append(offset)
  }

  /// How many rows that are wanted are worth a job of their own: where each may take a block to be read, few are.
  var rowsWorthJob: Int { texts.isEmpty ? 256 : 4 }

  /// The place in the dataset of an anchor's record, where the file's first has the place `firstRow`; the greatest number
  /// behind the last anchor.
  func firstRow(of anchor: Int, after firstRow: Int) -> Int {
    anchor < records.count ? firstRow + Int(records[anchor]) : .max
  }

  /// Returns the place of the last anchor that is not behind a record; nil where there is none. O(log anchors).
  func place(before record: Int32) -> Int? {
    var (low, high) = (0, records.count)
    while low < high {
      let middle = (low + high) / 2
      if records[middle] <= record { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }
}
