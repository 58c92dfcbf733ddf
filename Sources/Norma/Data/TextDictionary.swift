/// The distinct texts of a field, each with a code from 0 in the order in which they were first seen.
///
/// Codes never change and texts never go, so that a code may be kept across batches and compared instead of the text.
/// Fields that hold each other's values (a reference and the key it names) may share one dictionary. Texts are kept as
/// UTF-8 in one block of memory, and equal means equal byte for byte.
public final class TextDictionary: Sendable {
  private let state = SharedState(State())

  /// Creates an empty dictionary.
  public init() {}

  /// How many distinct texts there are; every code is below it.
  public var count: Int { state.read { $0.count } }

  /// Returns the text with `code`. O(length).
  public subscript(code: UInt32) -> String {
    state.read { $0.string(code) }
  }

  /// Returns the texts with codes from `start` on, in the order of their codes. O(their length).
  ///
  /// This is how a verdict is kept for each distinct text: after a batch, ask for those that are new.
  public func texts(from start: Int) -> [String] {
    state.read { state in (start..<max(start, state.count)).map { state.string(UInt32($0)) } }
  }

  /// Returns the code of `text`, or nil if it was never seen. O(length).
  public func code(of text: String) -> UInt32? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      state.read { $0.find(bytes, CellRange(start: 0, end: UInt32(bytes.count))) }
    }
  }

  /// Returns the code of `text`, which is added if it is new. O(length).
  public func insert(_ text: String) -> UInt32 {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      state.change { $0.insert(bytes, CellRange(start: 0, end: UInt32(bytes.count)), hash: nil) }
    }
  }

  /// Returns the codes of cells, adding the texts that are new; a missing cell has code 0.
  ///
  /// Known texts are looked up by several threads at a time, a whole column at once, and none of them becomes a string.
  func codes(of cells: [CellRange], in bytes: [UInt8]) -> [UInt32] {
    var codes = [UInt32](repeating: 0, count: cells.count)
    bytes.withUnsafeBufferPointer { bytes in
      let new = state.read { $0.findKnown(cells, bytes, &codes) }
      if new.isEmpty { return }
      state.change { state in
        for (row, hash) in new { codes[row] = state.insert(bytes, cells[row], hash: hash) }
      }
    }
    return codes
  }

  /// Returns for each code of another dictionary the code of its text here, adding the texts that are new. O(their length).
  func codes(ofTextsIn other: TextDictionary) -> [UInt32] {
    precondition(other !== self, "a dictionary takes in its own texts")
    return other.state.read { theirs in state.change { $0.insert(textsOf: theirs) } }
  }

  /// Returns the codes of cells, `otherwise` for texts that were never seen; a missing cell has code 0. O(their length).
  func knownCodes(of cells: [CellRange], in bytes: [UInt8], otherwise none: UInt32) -> [UInt32] {
    var codes = [UInt32](repeating: 0, count: cells.count)
    bytes.withUnsafeBufferPointer { bytes in
      for (row, _) in state.read({ $0.findKnown(cells, bytes, &codes) }) { codes[row] = none }
    }
    return codes
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

    /// A guess that a text is the one before once more, or that which was new after it: so it is in rows that are sorted,
    /// and in those that go through a roster in its order.
    private struct Guess {
      private var last = 0
      private var misses = 0

      /// Whether guesses have come true often enough up to a row: three times in four.
      @inline(__always)
      func isWorthwhile(at row: Int) -> Bool { misses < 64 + row / 4 }

      @inline(__always)
      mutating func code(
        of cell: UnsafePointer<UInt8>, _ count: Int, _ bytes: UnsafeBufferPointer<UInt8>,
        _ texts: UnsafeBufferPointer<Text>
      ) -> UInt32? {
        guard let base = bytes.baseAddress, last < texts.count else { return nil }
        if texts[last].count == count, ByteHash.areEqual(base + texts[last].start, cell, count: count) {
          return UInt32(last)
        }
        let next = last + 1
        guard next < texts.count, texts[next].count == count,
          ByteHash.areEqual(base + texts[next].start, cell, count: count)
        else { return nil }
        last = next
        return UInt32(next)
      }

      mutating func miss(_ code: UInt32) {
        last = Int(code)
        misses += 1
      }
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

    /// Finds the codes of the cells whose texts are known, and returns the places of the others with the hashes of their
    /// texts.
    func findKnown(
      _ cells: [CellRange], _ text: UnsafeBufferPointer<UInt8>, _ codes: inout [UInt32]
    ) -> [(row: Int, hash: UInt32?)] {
      guard let base = text.baseAddress else {
        return cells.indices.filter { !cells[$0].isMissing }.map { ($0, nil) }
      }
      var new: [(row: Int, hash: UInt32?)] = []
      bytes.withUnsafeBufferPointer { bytes in
        texts.withUnsafeBufferPointer { texts in
          slots.withUnsafeBufferPointer { slots in
            let mask = slots.count - 1
            var guess = Guess()
            for row in 0..<cells.count where !cells[row].isMissing {
              let count = cells[row].count
              let cell = base + Int(cells[row].start)
              if guess.isWorthwhile(at: row), let code = guess.code(of: cell, count, bytes, texts) {
                codes[row] = code
                continue
              }
              let hash = UInt32(truncatingIfNeeded: ByteHash.hash(cell, count: count) >> 32)
              var place = Int(hash) & mask
              while true {
                let slot = slots[place]
                if slot.next == 0 {
                  new.append((row, hash))
                  break
                }
                let known = texts[Int(slot.next) - 1]
                if slot.hash == hash, known.count == count,
                  count == 0
                    || bytes.baseAddress.map({ ByteHash.areEqual($0 + known.start, cell, count: count) }) ?? false
                {
                  codes[row] = slot.next - 1
                  guess.miss(slot.next - 1)
                  break
                }
                place = (place + 1) & mask
              }
            }
          }
        }
      }
      return new
    }

    mutating func insert(_ text: UnsafeBufferPointer<UInt8>, _ range: CellRange, hash known: UInt32?) -> UInt32 {
      let hash = known ?? Self.hash(text, range)
      let place = place(of: text, range, hash: hash)
      if slots[place].next != 0 { return slots[place].next - 1 }
      let code = UInt32(count)
      precondition(code < .max, "a dictionary holds at most 2^32 - 1 texts")
      texts.append(Text(start: bytes.count, count: range.count))
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[Int(range.start)..<Int(range.end)]))
      slots[place] = Slot(hash: hash, next: code + 1)
      if count * 2 > slots.count { grow() }
      return code
    }

    mutating func insert(textsOf other: State) -> [UInt32] {
      other.bytes.withUnsafeBufferPointer { bytes in
        other.texts.map { text in
          insert(
            UnsafeBufferPointer(rebasing: bytes[text.start..<text.start + text.count]),
            CellRange(start: 0, end: UInt32(text.count)), hash: nil)
        }
      }
    }

    /// Returns the place that holds the text, or the free place where it belongs.
    private func place(of text: UnsafeBufferPointer<UInt8>, _ range: CellRange, hash: UInt32) -> Int {
      slots.withUnsafeBufferPointer { slots in
        let mask = slots.count - 1
        var place = Int(hash) & mask
        while slots[place].next != 0 {
          if slots[place].hash == hash, equals(text, range, texts[Int(slots[place].next) - 1]) { return place }
          place = (place + 1) & mask
        }
        return place
      }
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
