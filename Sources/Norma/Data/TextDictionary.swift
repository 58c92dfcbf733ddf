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
    bytes.withUnsafeBufferPointer { bytes in state.withLock { $0.codes(of: cells, in: bytes) } }
  }

  /// A hash table with open addressing over texts that stand one after another.
  private struct State {
    private var bytes: [UInt8] = []
    private var texts: [Text] = []
    /// One more than the code of the text in that place, beside its hash; 0 where it is free. The size is a power of two.
    private var slots: [Slot] = Array(repeating: Slot(), count: 64)

    /// Where a text stands.
    private struct Text {
      let start: Int
      let count: Int
    }

    private struct Slot {
      var hash: UInt32 = 0
      var next: UInt32 = 0
    }

    var count: Int { texts.count }

    func string(_ code: UInt32) -> String {
      precondition(Int(code) < count, "no text has the code \(code)")
      let text = texts[Int(code)]
      return String(decoding: bytes[text.start..<(text.start + text.count)], as: UTF8.self)
    }

    func find(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange) -> UInt32? {
      let slot = slots[place(of: text, range, hash: Self.hash(text, range))]
      return slot.next == 0 ? nil : slot.next - 1
    }

    mutating func codes(of cells: [CellRange], in text: UnsafeBufferPointer<UInt8>) -> [UInt32] {
      var codes = [UInt32](repeating: 0, count: cells.count)
      var start = 0
      // Known texts are found with all tables at hand; a new one may move them.
      while let new = findKnown(cells, from: start, text, &codes) {
        codes[new] = insert(text, cells[new])
        start = new + 1
      }
      return codes
    }

    /// Finds the codes of cells up to the first whose text is new, and returns the place of that; nil if there is none.
    private func findKnown(
      _ cells: [CellRange], from start: Int, _ text: UnsafeBufferPointer<UInt8>, _ codes: inout [UInt32]
    ) -> Int? {
      guard let base = text.baseAddress else { return cells.indices.first { $0 >= start && !cells[$0].isMissing } }
      return bytes.withUnsafeBufferPointer { bytes in
        texts.withUnsafeBufferPointer { texts in
          slots.withUnsafeBufferPointer { slots -> Int? in
            let mask = slots.count - 1
            for row in start..<cells.count where !cells[row].isMissing {
              let count = cells[row].count
              let cell = base + Int(cells[row].start)
              let hash = UInt32(truncatingIfNeeded: ByteHash.hash(cell, count: count) >> 32)
              var place = Int(hash) & mask
              while true {
                let slot = slots[place]
                if slot.next == 0 { return row }
                let known = texts[Int(slot.next) - 1]
                if slot.hash == hash, known.count == count,
                  count == 0
                    || bytes.baseAddress.map({ ByteHash.areEqual($0 + known.start, cell, count: count) }) ?? false
                {
                  codes[row] = slot.next - 1
                  break
                }
                place = (place + 1) & mask
              }
            }
            return nil
          }
        }
      }
    }

    mutating func insert(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange) -> UInt32 {
      let hash = Self.hash(text, range)
      let place = place(of: text, range, hash: hash)
      if slots[place].next != 0 { return slots[place].next - 1 }
      let code = UInt32(count)
      precondition(code < .max, "a dictionary holds at most 2^32 - 1 texts")
      texts.append(Text(start: bytes.count, count: range.count))
      for index in Int(range.start)..<Int(range.end) { bytes.append(text[index]) }
      slots[place] = Slot(hash: hash, next: code + 1)
      if count * 2 > slots.count { grow() }
      return code
    }

    /// Returns the place that holds the text, or the free place where it belongs.
    private func place(of text: UnsafeBufferPointer<UInt8>, _ range: CellRange, hash: UInt32) -> Int {
      let mask = slots.count - 1
      var place = Int(hash) & mask
      while slots[place].next != 0 {
        if slots[place].hash == hash, equals(text, range, texts[Int(slots[place].next) - 1]) { return place }
        place = (place + 1) & mask
      }
      return place
    }

    private func equals(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange, _ known: Text) -> Bool {
      guard known.count == range.count else { return false }
      for index in 0..<range.count where bytes[known.start + index] != text[Int(range.start) + index] { return false }
      return true
    }

    private mutating func grow() {
      let old = slots
      slots = Array(repeating: Slot(), count: old.count * 2)
      let mask = slots.count - 1
      for slot in old where slot.next != 0 {
        var place = Int(slot.hash) & mask
        while slots[place].next != 0 { place = (place + 1) & mask }
        slots[place] = slot
      }
    }

    private static func hash(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange) -> UInt32 {
      guard let base = text.baseAddress else { return 0 }
      return UInt32(truncatingIfNeeded: ByteHash.hash(base + Int(range.start), count: range.count) >> 32)
    }
  }
}
