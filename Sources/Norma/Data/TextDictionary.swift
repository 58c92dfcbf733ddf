import Glibc
import Synchronization

/// The distinct texts of a field, each with a code from 0 in the order in which they were first seen.
///
/// Codes never change and texts never go, so that a code may be kept across batches and compared instead of the text.
/// Fields that hold each other's values (a reference and the key it names) may share one dictionary. Texts are kept as
/// UTF-8 in one block of memory, and equal means equal byte for byte.
public final class TextDictionary: Sendable {
  private let state = Mutex(State())

  /// Creates an empty dictionary.
  public init() {}

  /// How many distinct texts there are; every code is below it.
  public var count: Int { state.withLock { $0.count } }

  /// Returns the text with `code`. O(length).
  public subscript(code: UInt32) -> String {
    state.withLock { $0.string(code) }
  }

  /// Returns the texts with codes from `start` on, in the order of their codes. O(their length).
  ///
  /// This is how a verdict is kept for each distinct text: after a batch, ask for those that are new.
  public func texts(from start: Int) -> [String] {
    state.withLock { state in (start..<max(start, state.count)).map { state.string(UInt32($0)) } }
  }

  /// Returns the code of `text`, or nil if it was never seen. O(length).
  public func code(of text: String) -> UInt32? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      state.withLock { $0.find(bytes, CellRange(start: 0, end: UInt32(bytes.count))) }
    }
  }

  /// Returns the code of `text`, which is added if it is new. O(length).
  public func insert(_ text: String) -> UInt32 {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      state.withLock { $0.insert(bytes, CellRange(start: 0, end: UInt32(bytes.count))) }
    }
  }

  /// Returns the codes of cells, adding the texts that are new; a missing cell has code 0.
  ///
  /// One call takes the lock once for a whole column, and no known text becomes a string.
  func codes(of cells: [CellRange], in bytes: [UInt8]) -> [UInt32] {
    state.withLock { state in
      var last = (range: CellRange.missing, code: UInt32(0))
      return bytes.withUnsafeBufferPointer { bytes in
        cells.map { cell in
          if cell.isMissing { return 0 }
          // Registers are often sorted: the text of the row before is the likeliest.
          if last.range.count == cell.count, Self.equal(bytes, last.range, cell) { return last.code }
          last = (cell, state.insert(bytes, cell))
          return last.code
        }
      }
    }
  }

  private static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ left: CellRange, _ right: CellRange) -> Bool {
    guard !left.isMissing, let base = bytes.baseAddress else { return false }
    return memcmp(base + Int(left.start), base + Int(right.start), left.count) == 0
  }

  /// A hash table with open addressing over texts that stand one after another.
  private struct State {
    private var bytes: [UInt8] = []
    /// Where each text begins, and at last where the next will.
    private var offsets: [Int] = [0]
    private var hashes: [UInt32] = []
    /// One more than the code of the text in that place; 0 where it is free. The size is a power of two.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    var count: Int { hashes.count }

    func string(_ code: UInt32) -> String {
      precondition(Int(code) < count, "no text has the code \(code)")
      return String(decoding: bytes[offsets[Int(code)]..<offsets[Int(code) + 1]], as: UTF8.self)
    }

    func find(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange) -> UInt32? {
      let slot = slots[place(of: text, range, hash: Self.hash(text, range))]
      return slot == 0 ? nil : slot - 1
    }

    mutating func insert(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange) -> UInt32 {
      let hash = Self.hash(text, range)
      let place = place(of: text, range, hash: hash)
      if slots[place] != 0 { return slots[place] - 1 }
      let code = UInt32(count)
      precondition(code < .max, "a dictionary holds at most 2^32 - 1 texts")
      for index in Int(range.start)..<Int(range.end) { bytes.append(text[index]) }
      offsets.append(bytes.count)
      hashes.append(hash)
      slots[place] = code + 1
      if count * 2 > slots.count { grow() }
      return code
    }

    /// Returns the place that holds the text, or the free place where it belongs.
    private func place(of text: UnsafeBufferPointer<UInt8>, _ range: CellRange, hash: UInt32) -> Int {
      let mask = slots.count - 1
      var place = Int(hash) & mask
      while slots[place] != 0 {
        let code = Int(slots[place] - 1)
        if hashes[code] == hash, equals(text, range, code) { return place }
        place = (place + 1) & mask
      }
      return place
    }

    private func equals(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange, _ code: Int) -> Bool {
      let start = offsets[code]
      guard offsets[code + 1] - start == range.count else { return false }
      guard let text = text.baseAddress, range.count > 0 else { return true }
      return bytes.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { memcmp($0 + start, text + Int(range.start), range.count) == 0 } ?? false
      }
    }

    private mutating func grow() {
      slots = Array(repeating: 0, count: slots.count * 2)
      let mask = slots.count - 1
      for (code, hash) in hashes.enumerated() {
        var place = Int(hash) & mask
        while slots[place] != 0 { place = (place + 1) & mask }
        slots[place] = UInt32(code) + 1
      }
    }

    private static func hash(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange) -> UInt32 {
      guard let base = text.baseAddress else { return 0 }
      return UInt32(truncatingIfNeeded: ByteHash.hash(base + Int(range.start), count: range.count) >> 32)
    }
  }
}
