import Testing

@testable import Norma

@Suite struct CSVSourceTests {
  /// What a file says and what must be read from it; rows from the second on.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    var headings = ["a", "b", "c"]
    var rows: [[String?]] = []
    var rowNumbers: [Int32]?
    var surplus: [String] = []
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "plain", text: "a,b,c\n1,2,3\n", rows: [["1", "2", "3"]]),
    Case(name: "no line break at the end", text: "a,b,c\n1,2,3", rows: [["1", "2", "3"]]),
    Case(name: "CRLF", text: "a,b,c\r\n1,2,3\r\n4,5,6", rows: [["1", "2", "3"], ["4", "5", "6"]]),
    Case(name: "CR alone", text: "a,b,c\r1,2,3\r4,5,6\r", rows: [["1", "2", "3"], ["4", "5", "6"]]),
    Case(
      name: "line breaks mixed", text: "a,b,c\r1,2,3\n4,5,6\r\n7,8,9",
      rows: [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]),
    Case(name: "separator in quotes", text: "a,b,c\n1,\"x, y\",3", rows: [["1", "x, y", "3"]]),
    Case(
      name: "doubled quotes", text: "a,b,c\n\"\"\"q\"\"\",\"ha \"\"ha\"\" ha\",\"\"\"\"",
      rows: [["\"q\"", "ha \"ha\" ha", "\""]]),
    Case(
      name: "line breaks in quotes", text: "a,b,c\r\n\"one\r\ntwo\",2,3\r\n4,\"\n\n\",6",
      rows: [["one\r\ntwo", "2", "3"], ["4", "\n\n", "6"]]),
    Case(name: "quotes within a cell", text: "a,b,c\n5\"6,7\"\"8,9\"", rows: [["5\"6", "7\"\"8", "9\""]]),
    Case(
      name: "text behind a closing quote", text: "a,b,c\n\"x\"y,\"x\" \"y\",\"x,\"\"\"z",
      rows: [["xy", "x \"y\"", "x,\"z"]]),
    Case(name: "a blank before a quote", text: "a,b,c\n1, \"2\",3", rows: [["1", " \"2\"", "3"]]),
    Case(name: "empty cells", text: "a,b,c\n1,,\"\"\n,,3\n", rows: [["1", "", ""], ["", "", "3"]]),
    Case(name: "semicolons", text: "a;b;c\n1,5;2;3\n", rows: [["1,5", "2", "3"]]),
    Case(name: "tabs", text: "a\tb\tc\n1;2\t,\t3\n", rows: [["1;2", ",", "3"]]),
    Case(
      name: "separators in quotes of the header do not count", text: "\"a,,,\";b;c\n1;2;3",
      headings: ["a,,,", "b", "c"], rows: [["1", "2", "3"]]),
    Case(name: "a separator named in the first line", text: "sep=|\r\na|b|c\n1|2,2|3\n", rows: [["1", "2,2", "3"]]),
    Case(name: "a separator named in quotes", text: "\"SEP=;\"\na;b;c\n1;2;3\n", rows: [["1", "2", "3"]]),
    Case(
      name: "a header that begins like a named separator", text: "sep=2026,b,c\n1,2,3\n",
      headings: ["sep=2026", "b", "c"], rows: [["1", "2", "3"]]),
    Case(name: "byte order mark", text: "\u{FEFF}a,b,c\n1,2,3\n", rows: [["1", "2", "3"]]),
    Case(name: "byte order mark before a quote", text: "\u{FEFF}\"a\",b,c\n1,2,3\n", rows: [["1", "2", "3"]]),
    Case(
      name: "too few and too many cells", text: "a,b,c\n1\n1,2,3,,x,y\n1,2,3,,\n",
      rows: [["1", nil, nil], ["1", "2", "3"], ["1", "2", "3"]], surplus: ["x"]),
    Case(
      name: "the first surplus cell is quoted", text: "a,b,c\n1,2,3,\"x\"\"\",y\n", rows: [["1", "2", "3"]],
      surplus: ["x\""]),
    Case(
      name: "blank rows count and are no records", text: "a,b,c\n\n1,2,3\n , \u{3000},\"\"\r\n\r\n4,5,6\n\n",
      rows: [["1", "2", "3"], ["4", "5", "6"]], rowNumbers: [3, 6]),
    Case(name: "blank rows before the header", text: "\n,,\na,b,c\n1,2,3\n", rows: [["1", "2", "3"]], rowNumbers: [4]),
    Case(
      name: "line breaks in cells do not count as rows", text: "a,\"b\n\",c\n\"\n\n\",2,3\n4,5,6",
      headings: ["a", "b\n", "c"], rows: [["\n\n", "2", "3"], ["4", "5", "6"]], rowNumbers: [2, 3]),
    Case(name: "NUL is a character", text: "a,b,c\n\0,2\0,3\n", rows: [["\0", "2\0", "3"]]),
    Case(
      name: "unnamed columns", text: "a,,c,\n1,2,3,4\n", headings: ["a", "", "c", ""], rows: [["1", "2", "3", "4"]]),
    Case(name: "one column", text: "a\n1\n\n2\n", headings: ["a"], rows: [["1"], ["2"]], rowNumbers: [2, 4]),
    Case(name: "a header alone", text: "a,b,c", rows: []),
    Case(
      name: "characters of many bytes", text: "名,𝄞,c\n青山,\"，\",ʤ\n", headings: ["名", "𝄞", "c"],
      rows: [["青山", "，", "ʤ"]]),
  ]

  @Test("Each way of writing a table is read as spreadsheets read it, in blocks of any size", arguments: cases)
  func reading(_ test: Case) throws {
    for blockSize in [8, 9, 10, 11, 13, 16, 31, 64, 4096] {
      let table = try Table(reading: test.text, blockSize: blockSize)
      #expect(table.headings == test.headings, "blocks of \(blockSize)")
      #expect(table.rows == test.rows, "blocks of \(blockSize)")
      #expect(table.rowNumbers == test.rowNumbers ?? test.rows.indices.map { Int32($0) + 2 }, "blocks of \(blockSize)")
      #expect(table.surplus == test.surplus, "blocks of \(blockSize)")
    }
  }

  @Test("A chosen row is the header, and what stands above it is skipped")
  func headerRow() throws {
    let text = "Immunization; of 2026\n\"printed\nby hand\"\n a,b\n1,2\n"
    let table = try Table(reading: text, headerRow: 3)
    #expect(table.headings == [" a", "b"])
    #expect(table.rows == [["1", "2"]])
    #expect(table.rowNumbers == [4])
    #expect(throws: SourceProblem.noHeader) { try Table(reading: text, headerRow: 5) }
    #expect(throws: SourceProblem.noHeader) { try Table(reading: "a\n\n1\n", headerRow: 2) }
  }

  @Test("A quote that is never closed is told with its row and cell, at any block size", arguments: [8, 16, 64, 4096])
  func unterminatedQuote(blockSize: Int) {
    #expect(throws: SourceProblem.unterminatedQuote(row: 3, place: 2)) {
      try Table(reading: "a,b\n1,2\n3,\"4\n5,6\n", blockSize: blockSize)
    }
    #expect(throws: SourceProblem.unterminatedQuote(row: 1, place: 1)) {
      try Table(reading: "\"a,b\n1,2\n", blockSize: blockSize)
    }
    #expect(throws: SourceProblem.unterminatedQuote(row: 2, place: 1)) {
      try Table(reading: "a\n\"\"\"", blockSize: blockSize)
    }
  }

  @Test("Files without a header are told from files without a byte")
  func nothingToRead() {
    #expect(throws: SourceProblem.empty) { try Table(reading: "") }
    #expect(throws: SourceProblem.noHeader) { try Table(reading: "\n \r\n,,\n") }
    #expect(throws: SourceProblem.noHeader) { try Table(reading: "\u{FEFF}") }
    #expect(throws: SourceProblem.noHeader) { try Table(reading: "sep=;") }
  }

  @Test("A cell far larger than a block is read whole")
  func hugeCell() throws {
    let huge = String(repeating: "青\n\"\"", count: 200_000)
    let table = try Table(reading: "a,b\n1,\"\(huge)\"\n2,3\n", blockSize: 64)
    #expect(table.rows.count == 2)
    #expect(table.rows[0][1] == huge.replacing("\"\"", with: "\""))
    #expect(table.rows[1] == ["2", "3"])
  }

  @Test("A row beyond the limit is a problem and not an endless wait for a closing quote")
  func rowTooLong() throws {
    let text = [UInt8]("a,b\n1,2\n3,\"".utf8) + [UInt8](repeating: 0x61, count: 5000)
    let folder = try ScratchFolder()
    let file = try TextFile(path: folder.write(text), encoding: nil, blockSize: 64)
    var source = try CSVSource(file: file, headerRow: nil, blockSize: 64, rowLimit: 4096)
    source.select(slots: [0, 1], untrimmedSlots: [])
    let feed = BlockFeed(source)
    var block = RecordBlock(slotCount: 2)
    #expect(feed.next(&block) == 0)
    #expect(block.count == 1)
    while feed.next(&block) != nil {}
    #expect(feed.finish() == SourceProblem.rowTooLong(row: 3, limit: 4096))
  }

  @Test("More records than a block holds come in several blocks, in order")
  func manyRecords() throws {
    let count = 200_000
    let table = try Table(reading: "n\n" + (0..<count).map { "\($0)\n" }.joined())
    #expect(table.rows.map { $0[0] } == (0..<count).map(String.init))
    #expect(table.rowNumbers.last == Int32(count + 1))
  }
}
