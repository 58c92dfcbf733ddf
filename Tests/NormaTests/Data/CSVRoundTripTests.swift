import Foundation
import Testing

@testable import Norma

@Suite struct CSVRoundTripTests {
  private static let alphabet: [String] = [
    "a", "1", ",", ";", "\t", "\"", "\r", "\n", " ", "\u{3000}", "青", "𝄞", "\0", ".",
  ]

  @Test("Random tables are read as they were written, wherever the blocks end", arguments: UInt64(1)...60)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let separator = [",", ";", "\t"].randomElement(using: &generator) ?? ","
    let lineBreak = ["\n", "\r\n", "\r"].randomElement(using: &generator) ?? "\n"
    let columnCount = Int.random(in: 2...5, using: &generator)
    let headings = (0..<columnCount).map { "column \($0)" }
    var text = headings.joined(separator: separator) + lineBreak
    var rows: [[String?]] = []
    var rowNumbers: [Int32] = []
    for row in 0..<Int.random(in: 0...40, using: &generator) {
      let cells = (0..<Int.random(in: 1...columnCount, using: &generator)).map { _ in Self.cell(&generator) }
      text += cells.map { Self.written($0, separator, &generator) }.joined(separator: separator) + lineBreak
      if cells.allSatisfy({ $0.unicodeScalars.allSatisfy(\.properties.isWhitespace) }) { continue }
      rows.append(cells + Array(repeating: nil, count: columnCount - cells.count))
      rowNumbers.append(Int32(row) + 2)
    }
    let encoding = [TextEncoding.utf8, .gb18030, .utf16LittleEndian].randomElement(using: &generator) ?? .utf8
    for _ in 0..<6 {
      let blockSize = Int.random(in: 1...200, using: &generator)
      let table = try Table(reading: encoded(text, encoding), encoding: encoding, blockSize: blockSize)
      #expect(table.headings == headings, "seed \(seed), blocks of \(blockSize)")
      #expect(table.rows == rows, "seed \(seed), blocks of \(blockSize)")
      #expect(table.rowNumbers == rowNumbers, "seed \(seed), blocks of \(blockSize)")
      #expect(table.surplus == [], "seed \(seed), blocks of \(blockSize)")
    }
  }

  @Test("Random bytes are read or refused, and never stop the program", arguments: UInt64(1)...60)
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let symbols: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x3B, 0x09, 0x20, 0x61, 0xE3, 0x80, 0x80, 0xEF, 0x00, 0xFF, 0x81]
    let bytes = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
      symbols.randomElement(using: &generator) ?? 0
    }
    let outcomes = [1, 17, 4096].map { blockSize in
      Result { () throws(SourceProblem) -> Table in
        do { return try Table(reading: bytes, blockSize: blockSize) } catch let problem as SourceProblem {
          throw problem
        } catch { preconditionFailure("\(error)") }
      }
    }
    #expect(outcomes[0] == outcomes[1], "seed \(seed)")
    #expect(outcomes[1] == outcomes[2], "seed \(seed)")
  }

  private static func cell(_ generator: inout SeededGenerator) -> String {
    var cell = ""
    for _ in 0..<Int.random(in: 0...6, using: &generator) { cell += alphabet.randomElement(using: &generator) ?? "" }
    return cell
  }

  private static func written(_ cell: String, _ separator: String, _ generator: inout SeededGenerator) -> String {
    let bytes = Array(cell.utf8)
    let mustQuote =
      bytes.contains(0x0A) || bytes.contains(0x0D) || bytes.contains(Array(separator.utf8)[0]) || bytes.first == 0x22
    guard mustQuote || Bool.random(using: &generator) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }

  private func encoded(_ text: String, _ encoding: TextEncoding) throws -> [UInt8] {
    switch encoding {
    case .gb18030: try Transcription.bytes(of: text, in: "GB18030")
    case .utf16LittleEndian: try Transcription.bytes(of: text, in: "UTF-16LE")
    default: Array(text.utf8)
    }
  }
}
