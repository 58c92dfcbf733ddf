import Foundation

@testable import Norma

/// A small generator of random numbers that a test can repeat: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// A folder for a test's files that is removed when the test lets go of it.
final class ScratchFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("norma-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file and returns its path.
  func write(_ bytes: [UInt8], to name: String = "table.csv") throws -> String {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  func write(_ text: String, to name: String = "table.csv") throws -> String {
    try write(Array(text.utf8), to: name)
  }
}

/// All records of a file, with the numbers of their rows; nil stands for a cell that its row does not have.
struct Table: Equatable {
  var headings: [String]
  var rows: [[String?]]
  var rowNumbers: [Int32]
  /// The text of each row's first cell beyond the headings.
  var surplus: [String] = []

  /// Reads `bytes` as a file, `blockSize` bytes at a time.
  init(
    reading bytes: [UInt8], encoding: TextEncoding? = nil, headerRow: Int? = nil, blockSize: Int = CSVSource.blockSize
  ) throws {
    let folder = try ScratchFolder()
    try self.init(file: folder.write(bytes), encoding: encoding, headerRow: headerRow, blockSize: blockSize)
  }

  init(reading text: String, headerRow: Int? = nil, blockSize: Int = CSVSource.blockSize) throws {
    try self.init(reading: Array(text.utf8), headerRow: headerRow, blockSize: blockSize)
  }

  init(file: String, encoding: TextEncoding? = nil, headerRow: Int? = nil, blockSize: Int = CSVSource.blockSize) throws
  {
    let text = try TextFile(path: file, encoding: encoding, blockSize: blockSize)
    var source = try CSVSource(file: text, headerRow: headerRow, blockSize: blockSize)
    headings = source.headings
    rows = []
    rowNumbers = []
    source.select(slots: headings.indices.map { $0 }, untrimmedSlots: [])
    let feed = BlockFeed(source)
    var block = RecordBlock(slotCount: headings.count)
    while feed.next(&block) != nil {
      for record in 0..<block.count {
        rows.append(
          headings.indices.map { slot in
            let range = block.cell(record, slot)
            return range.isMissing ? nil : CellText.string(range, in: block.bytes.span)
          })
      }
      surplus += block.surplus.map { CellText.string($0.range, in: block.bytes.span) }
      rowNumbers += block.rowNumbers
    }
    if let problem = feed.finish() { throw problem }
  }
}
