import Foundation
import Testing

@testable import Norma

/// Everything that reading a dataset gave: the cells of its batches, and what was told about them.
struct Contents {
  let dataset: Dataset
  private(set) var batches: [Batch] = []
  let result: ReadResult

  /// Reads texts as the files of `dataset`; the date of the audit is 2026-11-23.
  init(
    _ dataset: Dataset, _ texts: String..., fields: Set<String>? = nil, encoding: TextEncoding? = nil,
    dictionaries: [String: TextDictionary] = [:], blockSize: Int = CSVSource.blockSize
  ) throws {
    let folder = try ScratchFolder()
    let files = try texts.enumerated().map { try folder.write($1, to: "\($0).csv") }
    let reader = DatasetReader(
      dataset, files: files, encoding: encoding, asOf: CivilDate(dayNumber: 20780),
      localTime: { $0 - 8 * 3_600_000_000 },
      fields: fields, dictionaries: dictionaries, blockSize: blockSize)
    var batches: [Batch] = []
    self.result = reader.read { batches.append($0) }
    self.batches = batches
    self.dataset = dataset
  }

  /// All cells of a field, in order.
  func cells(_ field: String) throws -> [Cell] {
    let index = try #require(dataset.index(of: field))
    return batches.flatMap { batch in (0..<batch.count).map { batch.column(ofField: index)[$0] } }
  }

  var rowNumbers: [Int32] { batches.flatMap(\.rowNumbers) }
  var occurrences: [Int32] { (0..<result.rowCount).map { result.identities.occurrences[Int32($0)] ?? 1 } }
  var problems: [SourceProblem] { result.files.flatMap(\.problems) }
  var notes: [SourceNote] { result.files.flatMap(\.notes) }

  /// The findings as `file/row/field/problem/value`, with `-` for nil.
  var findings: [String] {
    result.findings.map {
      "\($0.file)/\($0.row)/\($0.field ?? "-")/\($0.problem.rawValue)/\($0.value ?? "-")"
    }
  }
}

@Suite struct DatasetReaderTests {
  static let children = Dataset(
    name: "children", key: ["child_id"],
    fields: [
      Field(name: "child_id", type: .text, labels: [LocalizedText("儿童编号"), LocalizedText("编号")], isRequired: true),
      Field(name: "name", type: .text, labels: [LocalizedText(zh: "姓名", en: "Full name")]),
      Field(name: "fee", type: .decimal, labels: [LocalizedText("收费（元）")]),
      Field(name: "doses", type: .integer),
    ])

  @Test("Columns are matched by name or label in either language, trimmed and in half-width characters")
  func headings() throws {
    let contents = try Contents(Self.children, "  编号　,ＦＵＬＬ name,收费(元),doses\nC1,张三,1.50,2\n")
    #expect(contents.problems == [])
    #expect(contents.notes == [.unusedColumn(heading: "ＦＵＬＬ name", place: 2)])
    let other = try Contents(Self.children, "child_id,Ｆull name,收费（元）,doses\nC1,张三,1.50,2\n")
    #expect(try other.cells("name") == [.text("张三")])
    #expect(try other.cells("fee") == [.decimal(try #require(Rational(decimal: "1.5")))])
    #expect(try other.cells("doses") == [.integer(2)])
    #expect(other.result.files[0].headings == ["child_id", "Ｆull name", "收费（元）", "doses"])
  }

  @Test("A missing required column is a problem, a missing optional one is all null")
  func missingColumns() throws {
    let contents = try Contents(Self.children, "姓名,儿童编码,\n张三,C1,\n")
    #expect(contents.problems == [.missingColumn(field: "child_id", unused: ["儿童编码"])])
    #expect(contents.notes == [.unusedColumn(heading: "儿童编码", place: 2), .unnamedColumn(place: 3)])
    #expect(contents.batches.isEmpty && !contents.result.isComplete)

    let other = try Contents(Self.children, "编号\nC1\nC2\n")
    #expect(try other.cells("fee") == [.null, .null])
    #expect(try other.cells("name") == [.null, .null])
    #expect(
      try other.batches.first.map { $0.hasColumn(forField: try #require(Self.children.index(of: "fee"))) } == false)
    #expect(other.result.hasColumn(forField: 0) && !other.result.hasColumn(forField: 1))
    #expect(other.findings == [])
  }

  @Test("Two columns of one field are a problem, whether they are called alike or not")
  func ambiguousColumns() throws {
    let contents = try Contents(Self.children, "编号,姓名,儿童编号,姓名\nC1,张三,C1,张三\n")
    #expect(
      contents.problems == [
        .ambiguousColumn(field: "child_id", headings: ["编号", "儿童编号"], places: [1, 3]),
        .ambiguousColumn(field: "name", headings: ["姓名", "姓名"], places: [2, 4]),
      ])
  }

  @Test("Two fields may share a column, and a cell that neither can read is one finding")
  func sharedColumn() throws {
    let shared = Dataset(
      name: "fees",
      fields: [
        Field(name: "text", type: .text, labels: [LocalizedText("金额")], isRequired: true),
        Field(name: "number", type: .decimal, labels: [LocalizedText("金额")], isRequired: true),
      ])
    let contents = try Contents(shared, "金额\n12\n免费\n\"\"\n x\n", "金额\n 　,\n7,\n")
    #expect(try contents.cells("text") == ["12", "免费", "x", "7"].map { .text($0) })
    #expect(try contents.cells("number") == [.decimal(12), .unknown, .unknown, .decimal(7)])
    #expect(contents.findings == ["0/3/number/not_a_decimal/免费", "0/5/number/not_a_decimal/ x"])
    let wide = try Contents(shared, "金额,\n,x\n")
    #expect(wide.findings == ["0/2/text/empty/"])
  }

  @Test("An empty cell is null where the field is optional, and unknown and a finding where it is required")
  func emptyCells() throws {
    let contents = try Contents(Self.children, "编号,姓名,fee\n,张三,1\nC2,,\nC3, \u{3000}\u{A0},2\n")
    #expect(try contents.cells("child_id") == [.unknown, .text("C2"), .text("C3")])
    #expect(try contents.cells("name") == [.text("张三"), .null, .null])
    #expect(contents.findings == ["0/2/child_id/empty/"])
    let column = contents.batches[0].columns[0]
    #expect(column.unknownCount == 1 && column.nullCount == 0)
    #expect(column.validity[0], "an unknown cell stands for a value")
  }

  @Test("Cells that a row does not have are unknown, and surplus text is told once")
  func raggedRows() throws {
    let contents = try Contents(Self.children, "编号,姓名,doses,\nC1,张三\nC2\nC3,李四,1,,,\nC4,王五,1,,\" \",x,y\n")
    #expect(try contents.cells("name") == [.text("张三"), .unknown, .text("李四"), .text("王五")])
    #expect(try contents.cells("doses") == [.unknown, .unknown, .integer(1), .integer(1)])
    #expect(
      contents.findings == [
        "0/2/doses/too_few_cells/-", "0/3/name/too_few_cells/-", "0/3/doses/too_few_cells/-", "0/5/-/too_many_cells/x",
      ])
  }

  @Test("Fields that are not needed are checked as the others, and have no column")
  func fieldsNotNeeded() throws {
    let text = "编号,姓名,fee,doses\nC1,张三,x,2\nC2,,,1.5\nC3\n"
    let all = try Contents(Self.children, text)
    let few = try Contents(Self.children, text, fields: ["doses"])
    #expect(all.findings == few.findings)
    #expect(few.findings.count == 5)
    #expect(few.batches[0].columns.count == 2, "the key and the field asked for")
    #expect(few.batches[0].positions == [0, nil, nil, 1])
    #expect(try few.cells("doses") == all.cells("doses"))
  }

  @Test("Files of one dataset follow one another, each with its own columns, and share codes")
  func severalFiles() throws {
    let contents = try Contents(
      Self.children, "编号,姓名\nC1,张三\nC2,李四\n", "姓名;doses;编号\n李四;3;C3\n", "姓名\n赵六\n", "编号\nC4")
    #expect(try contents.cells("child_id") == ["C1", "C2", "C3", "C4"].map { .text($0) })
    #expect(try contents.cells("doses") == [.null, .null, .integer(3), .null])
    #expect(contents.batches.map(\.file) == [0, 1, 3])
    #expect(contents.batches.map(\.firstRow) == [0, 2, 3])
    #expect(contents.result.files.map(\.rowCount) == [2, 1, 0, 1])
    #expect(contents.problems == [.missingColumn(field: "child_id", unused: [])])
    guard case .text(let first, let dictionary) = contents.batches[0].columns[1].values,
      case .text(let second, let other) = contents.batches[1].columns[1].values
    else {
      Issue.record("names are no texts")
      return
    }
    #expect(dictionary === other)
    #expect(first[1] == second[0])
  }

  @Test("The hash is that of the file's bytes, marks and all")
  func hash() throws {
    let text = "\u{FEFF}编号\nC1\n"
    let contents = try Contents(Self.children, text, "编号\n\"C2\n")
    #expect(contents.result.files[0].sha256 == SHA256.hexDigest(of: TextBuffer(text)))
    #expect(contents.result.files[0].encoding == .utf8)
    #expect(contents.result.files[1].sha256 != nil, "also where the rows cannot be read")
    #expect(contents.problems == [.unterminatedQuote(row: 2, place: 1)])
  }

  @Test("An error of the consumer ends the reading and is passed on")
  func consumerError() throws {
    struct Enough: Error {}
    let folder = try ScratchFolder()
    let files = try (0..<3).map { try folder.write("编号\nC\($0)\n", to: "\($0).csv") }
    let reader = DatasetReader(
      Self.children, files: files, asOf: CivilDate(dayNumber: 0), localTime: { $0 })
    var count = 0
    #expect(throws: Enough.self) {
      try reader.read { _ throws(Enough) in
        count += 1
        if count == 2 { throw Enough() }
      }
    }
    #expect(count == 2)
  }

  @Test("Blocks of any size give the same cells and findings", arguments: [8, 33, 100, 1000])
  func blockSizes(size: Int) throws {
    let rows = (0..<200).map { row in
      "C\(row % 190),\"名\"\"\(row)\",\(row % 7 == 0 ? "x" : "\(row).50"),\(row % 11 == 0 ? "" : "\(row)")"
    }
    let text = "编号,姓名,fee,doses\n" + rows.joined(separator: "\r\n")
    let whole = try Contents(Self.children, text)
    let pieces = try Contents(Self.children, text, blockSize: size)
    for field in Self.children.fields { #expect(try whole.cells(field.name) == pieces.cells(field.name)) }
    #expect(whole.findings == pieces.findings)
    #expect(whole.findings.count == 29 + 10)
    #expect(whole.occurrences == pieces.occurrences)
    #expect(pieces.batches.count > 1)
  }
}
