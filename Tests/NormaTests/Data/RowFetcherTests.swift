import Testing

@testable import Norma

/// Rows that are read again, held against the rows as they were read first.
@Suite struct RowFetcherTests {
  private static let dataset = Dataset(
    name: "visits", key: ["id"],
    fields: [
      Field(name: "id", type: .text, labels: [], isRequired: true), Field(name: "note", type: .text, labels: []),
      Field(name: "fee", type: .integer, labels: []), Field(name: "day", type: .date, labels: []),
    ])

  /// A file with blank lines, quotes, line breaks within quotes, and cells that can't be read.
  private static func file(_ random: inout SeededGenerator, rows: Int, number: Int) -> String {
    let lineBreak = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
    let notes = ["", "a", "\"x,y\"", "\"two\(lineBreak)lines\"", "\"a \"\"word\"\"\"", "普通", "𠮷é€"]
    var text = "id,note,fee,day" + lineBreak
    for row in 0..<rows {
      while Int.random(in: 0..<50, using: &random) == 0 { text += lineBreak }
      let note = notes.randomElement(using: &random) ?? ""
      let fee = ["", "0", "12", "dear"].randomElement(using: &random) ?? ""
      let day = ["", "2026-01-05", "soon"].randomElement(using: &random) ?? ""
      text += "V\(number)-\(row),\(note),\(fee),\(day)"
      if row < rows - 1 || Bool.random(using: &random) { text += lineBreak }
    }
    return text
  }

  @Test("rows that are read again are those that were read, however far apart they stand", arguments: 0..<60)
  func fetching(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let folder = try ScratchFolder()
    let encoding = [TextEncoding.utf8, .gb18030, .utf16BigEndian].randomElement(using: &random) ?? .utf8
    let files = try (0..<Int.random(in: 1...3, using: &random)).map { number in
      let text = Self.file(&random, rows: Int.random(in: 1...3000, using: &random), number: number)
      return try folder.write(
        encoding == .utf8 ? Array(text.utf8) : try Transcription.bytes(of: text, in: encoding.rawValue),
        to: "\(number).csv")
    }
    var reader = DatasetReader(
      Self.dataset, files: files, encoding: encoding, asOf: CivilDate(dayNumber: 20780), localTime: { $0 },
      blockSize: [256, 5000, 1 << 18].randomElement(using: &random) ?? 256)
    reader.jobs = Int.random(in: 1...3, using: &random)
    var batches: [Batch] = []
    let result = reader.read { batches.append($0) }
    #expect(result.isComplete)
    // From nearly every row to a few of them.
    let share = [1, 3, 40, 700].randomElement(using: &random) ?? 1
    let wanted = (0..<Int32(result.rowCount)).filter { _ in Int.random(in: 0..<share, using: &random) == 0 }
    let fetched = reader.fetch(wanted.shuffled(using: &random), of: result, keepsKeyTexts: true)
    #expect(Set(fetched.keys) == Set(wanted), "seed \(seed)")
    for batch in batches {
      for row in 0..<batch.count {
        guard let again = fetched[Int32(batch.firstRow + row)] else { continue }
        #expect(again.place == Int32(batch.firstRow + row) && again.file == batch.file, "seed \(seed)")
        #expect(again.number == Int(batch.rowNumbers[row]), "seed \(seed), row \(again.place)")
        #expect(again.cells == batch.cells(ofRow: row, Self.dataset), "seed \(seed), row \(again.place)")
        #expect(again.cell(0) == again.keyText.map { .text($0) }, "seed \(seed), row \(again.place)")
      }
    }
  }

  @Test("rows of a file that was written to since are left out")
  func changedFile() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("id,note,fee,day\nA,,,\nB,,,\n")
    let reader = DatasetReader(
      Self.dataset, files: [path], asOf: CivilDate(dayNumber: 20780), localTime: { $0 })
    let result = reader.read { _ in }
    #expect(reader.fetch([0, 1], of: result).count == 2)
    _ = try folder.write("id,note,fee,day\nA,,,\n\nB,,,,,\n")
    #expect(reader.fetch([0, 1], of: result).isEmpty)
  }
}
