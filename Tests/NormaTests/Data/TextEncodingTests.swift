import CScan
import Foundation
import Testing

@testable import Norma

/// Text in other encodings, written by the C library, so that reading is not tested against itself.
enum Transcription {
  static func bytes(of text: String, in encoding: String) throws -> [UInt8] {
    let descriptor = try #require(iconv_open(encoding, "UTF-8"))
    defer { iconv_close(descriptor) }
    var input = Array(text.utf8)
    var output = [UInt8](repeating: 0, count: input.count * 4 + 16)
    let written = input.withUnsafeMutableBytes { input in
      output.withUnsafeMutableBytes { output in
        var from = input.baseAddress?.assumingMemoryBound(to: CChar.self)
        var fromCount = input.count
        var to = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        var toCount = output.count
        _ = iconv(descriptor, &from, &fromCount, &to, &toCount)
        return output.count - toCount
      }
    }
    return Array(output[..<written])
  }
}

@Suite struct TextEncodingTests {
  private static let text = "姓名,村\n张三,青山\n李四,東河\n"
  private static let rows: [[String?]] = [["张三", "青山"], ["李四", "東河"]]

  @Test("The encoding is told from a mark, from being UTF-8, and else is GB 18030", arguments: ["UTF-8", "GB18030"])
  func detection(name: String) throws {
    let table = try Table(reading: Transcription.bytes(of: Self.text, in: name), blockSize: 16)
    #expect(table.headings == ["姓名", "村"])
    #expect(table.rows == Self.rows)
  }

  @Test("UTF-16 is read in either byte order by its mark", arguments: ["UTF-16LE", "UTF-16BE"])
  func marks(name: String) throws {
    let table = try Table(reading: Transcription.bytes(of: "\u{FEFF}" + Self.text, in: name), blockSize: 16)
    #expect(table.headings == ["姓名", "村"])
    #expect(table.rows == Self.rows)
  }

  @Test("An encoding that is named is taken at its word")
  func given() throws {
    let bytes = try Transcription.bytes(of: Self.text, in: "UTF-16LE")
    #expect(try Table(reading: bytes, encoding: .utf16LittleEndian).rows == Self.rows)
    #expect(throws: SourceProblem.notInEncoding(.utf8, offset: 0)) {
      try Table(reading: Transcription.bytes(of: Self.text, in: "GB18030"), encoding: .utf8)
    }
  }

  @Test("Characters that GBK has no room for are read, too")
  func fourByteCharacters() throws {
    let table = try Table(reading: Transcription.bytes(of: "姓名\n㐀𠀀é\n", in: "GB18030"))
    #expect(table.rows == [["㐀𠀀é"]])
  }

  @Test("Every character is read as the C library reads it, wherever the pieces end", arguments: [8, 61, 4096])
  func allCharacters(blockSize: Int) throws {
    let scalars =
      (0x80...0xFFFF).compactMap { UnicodeScalar($0) } + (0x20000...0x200FF).compactMap { UnicodeScalar($0) }
    // Some characters for private use are written as others; blanks alone would be no record.
    let letters = scalars.filter {
      !$0.properties.isWhitespace && $0.properties.generalCategory != .privateUse && $0.value != 0xFEFF
        && $0.value & 0xFFFE != 0xFFFE
    }
    .map { String(Character($0)) }
    for start in stride(from: 0, to: letters.count, by: blockSize == 4096 ? 500 : 5000) {
      let row = letters[start..<min(start + 500, letters.count)].joined()
      let bytes = try Transcription.bytes(of: "x\n\(row)\n", in: "GB18030")
      let back = try Table(reading: bytes, encoding: .gb18030, blockSize: blockSize)
      #expect(
        back.rows.first?.first.map { $0 ?? "" }?.unicodeScalars.elementsEqual(row.unicodeScalars) == true,
        "from \(start)")
    }
  }

  @Test("Bytes that are no text are a problem with their place, not a guess", arguments: [8, 16, 4096])
  func undecodable(blockSize: Int) {
    let start = [UInt8]("a,b\n1,2\n".utf8)
    #expect(throws: SourceProblem.unknownEncoding(utf8Offset: 8, gb18030Offset: 8)) {
      try Table(reading: start + [0xFF, 0x2C, 0x31, 0x0A], blockSize: blockSize)
    }
    #expect(throws: SourceProblem.notInEncoding(.utf8, offset: 11)) {
      try Table(reading: [0xEF, 0xBB, 0xBF] + start + [0xC3], blockSize: blockSize)
    }
    #expect(throws: SourceProblem.notInEncoding(.gb18030, offset: 8)) {
      try Table(reading: start + [0xB4], encoding: .gb18030, blockSize: blockSize)
    }
    #expect(throws: SourceProblem.notInEncoding(.utf16LittleEndian, offset: 6)) {
      try Table(reading: [0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00, 0x00, 0xDC, 0x0A, 0x00], blockSize: blockSize)
    }
  }

  @Test("UTF-8 is checked to the letter")
  func validation() {
    let texts: [([UInt8], Int?)] = [
      (Array("aé青𝄞\u{7FF}\u{800}\u{FFFF}\u{10FFFF}".utf8), nil), ([0xC0, 0x80], 0), ([0x61, 0xC1, 0xBF], 1),
      ([0xE0, 0x9F, 0xBF], 0), ([0xED, 0xA0, 0x80], 0), ([0xF0, 0x8F, 0xBF, 0xBF], 0), ([0xF4, 0x90, 0x80, 0x80], 0),
      ([0xF5, 0x80, 0x80, 0x80], 0), ([0x80], 0), ([0x61, 0x62, 0xE9, 0x9D], 2), ([0xE9, 0x9D, 0x61], 0),
    ]
    for (bytes, expected) in texts {
      // Wherever they stand among other bytes, and by either way of looking.
      for lead in [0, 1, 31, 32, 61, 62, 63, 64, 95, 130] {
        for trail in [0, 1, 64] {
          let all = [UInt8](repeating: 0x61, count: lead) + bytes + [UInt8](repeating: 0x62, count: trail)
          // A character that is cut off by the end may be so by other bytes.
          let invalid = expected.map { lead + $0 } ?? all.count
          let (fast, portable) = all.withUnsafeBufferPointer { all in
            (
              norma_find_invalid_utf8(all.baseAddress, all.count),
              norma_find_invalid_utf8_portable(all.baseAddress, all.count)
            )
          }
          #expect(fast == invalid, "\(bytes) behind \(lead) bytes and before \(trail)")
          #expect(portable == invalid, "\(bytes) behind \(lead) bytes and before \(trail)")
        }
      }
    }
  }

  @Test("Encodings go by the names that people use")
  func names() {
    for name in TextEncoding.names { #expect(TextEncoding(name: name) != nil) }
    #expect(TextEncoding(name: "GBK") == .gb18030)
    #expect(TextEncoding(name: "latin-9") == nil)
  }

  @Test("What is no file, or may not be opened, is told apart")
  func unopenable() throws {
    let folder = try ScratchFolder()
    #expect(throws: SourceProblem.notFound) { try Table(file: folder.path + "/absent.csv") }
    #expect(throws: SourceProblem.notAFile) { try Table(file: folder.path) }
    #expect(throws: SourceProblem.notAFile) { try Table(file: "/dev/null") }
  }
}
