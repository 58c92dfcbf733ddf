import Testing

@testable import Norma

/// Rows that stand beside a rule, against the same rows in a sheet.
@Suite struct InlineSourceTests {
  private static let dataset = Dataset(
    name: "things", key: ["id"],
    fields: [
      Field(name: "id", type: .text, isRequired: true),
      Field(name: "day", type: .date, constraint: FieldConstraint(maximum: .asOf)),
      Field(
        name: "sum", type: .decimal, isRequired: true, constraint: FieldConstraint(minimum: .value(.number(.zero)))),
      Field(name: "count", type: .integer),
      Field(name: "yes", type: .boolean),
      Field(name: "words", type: .text, trims: false, constraint: FieldConstraint(pattern: "[a-z ]*")),
    ])

  private static let texts = [
    "", " ", "a", "b", "甲", "2026-01-05", "2026/3/9", "昨天", "2027-01-01", "1", "-1", "1,000.5", "12%", "是", "√", "no",
    "\u{3000}a\u{3000}", "x\ny", "\"q\"", "，",
  ]

  /// All that a reader says of a dataset.
  private func read(_ reader: DatasetReader) -> (rows: [[Cell]], findings: [DataFinding], places: [Int32]) {
    var rows: [[Cell]] = []
    var places: [Int32] = []
    let result = reader.read { batch in
      for row in 0..<batch.count { rows.append(batch.cells(ofRow: row, Self.dataset)) }
      places += batch.rowNumbers
    }
    return (rows, result.findings, places)
  }

  private func reader(_ files: [String]) -> DatasetReader {
    DatasetReader(
      Self.dataset, files: files, asOf: CivilDate(dayNumber: 20_500), localTime: { $0 })
  }

  @Test("are read to the same cells and findings as a sheet", arguments: 0..<40)
  func likeASheet(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let names = Self.dataset.fields.map(\.name)
    let rows = (0..<Int.random(in: 0...30, using: &random)).map { _ in
      names.map { ($0, Self.texts.randomElement(using: &random) ?? "") }
    }
    let sheet = ([names] + rows.map { $0.map(\.1) }).map { cells in
      cells.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
    }.joined()
    let folder = try ScratchFolder()
    let expected = read(reader([try folder.write(sheet)]))
    var inline = reader([])
    inline.inlineTable = InlineTable(
      rows: rows.map { row in
        row.map { InlineTable.Value(field: $0.0, text: $0.1.isEmpty && Bool.random(using: &random) ? nil : $0.1) }
      })
    let found = read(inline)
    #expect(found.rows == expected.rows, "seed \(seed)")
    // The first row of a sheet is its header.
    #expect(found.places == expected.places.map { $0 - 1 }, "seed \(seed)")
    #expect(
      found.findings
        == expected.findings.map {
          DataFinding(
            dataset: $0.dataset, file: $0.file, row: $0.row - 1, column: $0.column, field: $0.field, value: $0.value,
            problem: $0.problem)
        }, "seed \(seed)")
  }

  @Test("what a row leaves out is empty, and an optional field that none names has no column")
  func columns() {
    var inline = reader([])
    inline.inlineTable = InlineTable(rows: [[.init(field: "day", text: "2026-01-05")], [.init(field: "id", text: "b")]])
    var headings: [String?] = []
    let result = inline.read { _ in }
    headings = result.files[0].headings
    #expect(headings == ["id", "day", "sum", nil, nil, nil])
    #expect(result.findings.map(\.problem) == [.empty, .empty, .empty])
    #expect(result.files[0].problems.isEmpty && result.rowCount == 2)
  }

  @Test("more rows than a batch holds come in several")
  func manyRows() {
    var inline = reader([])
    let count = 16_384 * 2 + 3
    inline.inlineTable = InlineTable(rows: (0..<count).map { [.init(field: "id", text: "\($0)")] })
    let found = read(inline)
    #expect(found.rows.count == count && found.places.last == Int32(count))
    #expect(found.rows.last?.first == .text("\(count - 1)"))
  }

  @Test("a field whose label is another's name is no trouble")
  func labels() {
    let dataset = Dataset(
      name: "d",
      fields: [
        Field(name: "a", type: .text, isRequired: true), Field(name: "b", type: .text, labels: [LocalizedText("a")]),
      ])
    var inline = DatasetReader(dataset, files: [], asOf: CivilDate(dayNumber: 0), localTime: { $0 })
    inline.inlineTable = InlineTable(rows: [[.init(field: "a", text: "1"), .init(field: "b", text: "2")]])
    var cells: [[Cell]] = []
    let result = inline.read { batch in cells.append(batch.cells(ofRow: 0, dataset)) }
    #expect(cells == [[.text("1"), .text("2")]] && result.isComplete)
  }
}
