import Testing

@testable import Norma

@Suite struct KeyTests {
  private func dataset(key: [String], _ types: [(String, FieldType)]) -> Dataset {
    Dataset(name: "d", key: key, fields: types.map { Field(name: $0.0, type: $0.1) })
  }

  @Test("Rows of one key are counted in order, across files, and the later ones are findings")
  func duplicates() throws {
    let visits = dataset(key: ["child", "number"], [("number", .decimal), ("child", .text)])
    let contents = try Contents(visits, "child,number\nA,1\nB,1\nA,1.0\nA,2\n", "child,number\n A ,1.00\nC,1\n")
    #expect(contents.occurrences == [1, 1, 2, 1, 3, 1])
    #expect(contents.findings == ["0/4/child/duplicate_key/A", "1/2/child/duplicate_key/ A "])
  }

  @Test("Keys of every type tell their values apart")
  func types() throws {
    for (type, values) in [
      (FieldType.integer, ["1", "-1", "0"]), (.boolean, ["是", "否"]), (.text, ["1", "01"]),
      (.decimal, ["0.1", "1/3", "10"].filter { $0 != "1/3" }), (.date, ["2026-01-01", "2026-01-02", "1969-12-31"]),
      (.timestamp, ["2026-01-01 08:00", "2026-01-01 08:01"]), (.partialDate, ["2026-01", "2026-02", "2026-01-01"]),
    ] {
      let keyed = dataset(key: ["x"], [("x", type)])
      let contents = try Contents(keyed, "x\n" + (values + values).map { $0 + "\n" }.joined())
      #expect(contents.occurrences == values.map { _ in 1 } + values.map { _ in 2 }, "\(type)")
      // Two dates that are known to lie in one month may be two dates.
      #expect(contents.findings.count == (type == .partialDate ? 1 : values.count), "\(type)")
    }
  }

  @Test("Where keys are not checked, no row is a duplicate")
  func uncheckedKeys() throws {
    let keyed = Dataset(name: "d", key: ["a"], fields: [Field(name: "a", type: .text)], checksKeys: false)
    let contents = try Contents(keyed, "a\nA\nA\n")
    #expect(contents.occurrences == [1, 1])
    #expect(contents.findings == [])
  }

  @Test("What is written alike is counted alike, but only certain keys are duplicates")
  func uncertainKeys() throws {
    let keyed = Dataset(
      name: "d", key: ["a", "b"],
      fields: [Field(name: "a", type: .text), Field(name: "b", type: .integer), Field(name: "c", type: .text)])
    let contents = try Contents(keyed, "a,b,c\nA,x,1\nA,,2\nA,y,3\nA,,4\n,,5\n,,6\nA,0,7\n")
    #expect(contents.occurrences == [1, 2, 3, 4, 1, 2, 1])
    #expect(
      contents.findings == ["0/2/b/not_an_integer/x", "0/4/b/not_an_integer/y", "0/5/a/duplicate_key/A"],
      "two unknown keys may differ, two empty ones name no row")
  }

  @Test("Without a key rows are told apart by their number, and files by their order")
  func noKey() throws {
    let plain = dataset(key: [], [("a", .text)])
    #expect(try Contents(plain, "a\n1\n\n1\n").occurrences == [1, 1])
    let contents = try Contents(plain, "a\n1\n\n3\n", "a\n1\n2\n3\n", "a\n\n\n\n5\n", "a\n1\n")
    #expect(contents.occurrences == [1, 1, 2, 1, 2, 1, 3])
    #expect(contents.findings == [])
  }

  @Test("Many keys are told apart")
  func manyKeys() throws {
    let keyed = dataset(key: ["a"], [("a", .text)])
    let text = "a\n" + (0..<50_000).map { "K\($0)\n" }.joined() + "K49999\nK0\n"
    let contents = try Contents(keyed, text)
    #expect(contents.findings == ["0/50002/a/duplicate_key/K49999", "0/50003/a/duplicate_key/K0"])
  }

  /// Reads both datasets and returns what the check of `field` finds.
  private func misses(
    _ target: Dataset, _ targetText: String, _ source: Dataset, _ sourceText: String, field: String,
    dictionary: TextDictionary? = nil
  ) throws -> [String] {
    let shared = dictionary.map { ["village": $0] } ?? [:]
    let register = try Contents(target, targetText, dictionaries: shared)
    let rows = try Contents(source, sourceText, fields: [], dictionaries: shared, blockSize: 16)
    let index = try #require(source.index(of: field))
    var check = ReferenceCheck(of: index, in: source, to: target, keys: KeyTable(of: register.batches, in: target))
    return rows.batches.flatMap { check.findings(in: $0) }.map { "\($0.row)/\($0.column ?? "-")/\($0.value ?? "-")" }
  }

  private static let villages = Dataset(
    name: "villages", key: ["village"], fields: [Field(name: "village", type: .text)])
  private static let children = Dataset(
    name: "children",
    fields: [
      Field(
        name: "village", type: .text, isRequired: true,
        reference: Field.Reference(dataset: "villages", match: [.init(theirs: "village", ours: "village")])),
      Field(name: "n", type: .integer),
    ])

  @Test("A reference to no row is a finding; null and unknown are none", arguments: [false, true])
  func references(sharesDictionary: Bool) throws {
    let found = try misses(
      Self.villages, "village\n东村\n西村\n\n", Self.children, "n,village\n1,东村\n2,北村\n3,\n4, 西村 \n5\n6,北村\n",
      field: "village", dictionary: sharesDictionary ? TextDictionary() : nil)
    #expect(found == ["3/village/北村", "7/village/北村"])
    #expect(try misses(Self.villages, "village\n", Self.children, "n,village\n1,东村\n", field: "village").count == 1)
  }

  @Test("Several fields refer together, whatever order and type they have")
  func compositeReferences() throws {
    let visits = dataset(key: ["child", "number"], [("number", .integer), ("child", .text)])
    let doses = Dataset(
      name: "doses",
      fields: [
        Field(name: "child_id", type: .text),
        Field(
          name: "visit_no", type: .decimal,
          reference: Field.Reference(
            dataset: "d",
            match: [.init(theirs: "child", ours: "child_id"), .init(theirs: "number", ours: "visit_no")])),
      ])
    let found = try misses(
      visits, "child,number\nA,1\nB,2\nC,\n", doses,
      "child_id,visit_no\nA,1.0\nA,2\nB,2\nB,\n,2\nA,1.5\nB,x\nC,0\nC,\n", field: "visit_no")
    #expect(found == ["3/visit_no/2", "7/visit_no/1.5", "9/visit_no/0"])
  }

  @Test("A finding of a duplicate stands before one of a reference at the same cell")
  func merging() {
    let finding = { (row: Int, field: String?, column: String?, problem: DataProblem) in
      DataFinding(dataset: "children", file: 0, row: row, column: column, field: field, value: "v", problem: problem)
    }
    let findings = [
      finding(3, nil, nil, .tooManyCells), finding(3, "n", "n", .notAnInteger),
      finding(3, "village", "村", .noSuchRow), finding(2, "village", "村", .noSuchRow),
      finding(3, "village", "村", .duplicateKey),
    ]
    #expect(
      DataFinding.merged(findings, of: Self.children) == [
        findings[3], findings[4], findings[1], findings[0],
      ])
  }
}
