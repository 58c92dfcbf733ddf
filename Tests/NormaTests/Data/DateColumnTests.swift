import Testing

@testable import Norma

@Suite struct DateColumnTests {
  private static let limits: ClosedRange<Int32> = 10_000...22_000

  /// A text that is a date, or nearly one.
  private func text(_ generator: inout SeededGenerator) -> String {
    let day = CivilDate(dayNumber: Int32.random(in: 9_000...23_000, using: &generator)).description
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return ""
    case 1: return String(day.dropLast())
    case 2: return day + "0"
    case 3:
      var bytes = Array(day.utf8)
      bytes[Int.random(in: 0..<10, using: &generator)] = UInt8.random(in: 0x20...0x7E, using: &generator)
      return String(decoding: bytes, as: UTF8.self)
    case 4:
      return ["2025-02-30", "2024-02-29", "2025-00-10", "2025-13-01", "0000-00-00", "9999-12-31"].randomElement(
        using: &generator) ?? ""
    default: return day
    }
  }

  @Test("Both ways of reading dates find the same, and what they find is true", arguments: UInt64(1)...100)
  func agreement(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var bytes = Array("0123456789abcdef".utf8)
    var texts: [String?] = []
    var cells: [CellRange] = []
    for _ in 0..<Int.random(in: 1...150, using: &generator) {
      if Int.random(in: 0..<30, using: &generator) == 0 {
        texts.append(nil)
        cells.append(.missing)
        continue
      }
      let text = text(&generator)
      texts.append(text)
      cells.append(CellRange(start: UInt32(bytes.count), end: UInt32(bytes.count + text.utf8.count)))
      bytes += Array(text.utf8) + [UInt8(ascii: ",")]
    }
    let found = cells.withUnsafeBufferPointer { DateColumn.read($0, in: bytes, limits: Self.limits) }
    let portable = cells.withUnsafeBufferPointer {
      DateColumn.read($0, in: bytes, limits: Self.limits, isPortable: true)
    }
    #expect(found == portable, "seed \(seed)")
    for (row, text) in texts.enumerated() {
      let isPresent = found.present[row >> 6] & (1 << UInt64(row & 63)) != 0
      let day = text.flatMap { $0.utf8.count == 10 ? CivilDate(iso: $0)?.dayNumber : nil }
      // Cells that end near the end of the bytes may be left to the long way.
      if isPresent { #expect(found.days[row] == day, "seed \(seed), \(text ?? "no cell")") }
      let isFilled = text != ""
      #expect(found.others.contains(Int32(row)) == (isFilled && !isPresent), "seed \(seed), \(text ?? "no cell")")
      if let day, Self.limits.contains(day), Int(cells[row].start) + 16 <= bytes.count {
        #expect(isPresent, "seed \(seed), \(text ?? "")")
      }
    }
  }
}
