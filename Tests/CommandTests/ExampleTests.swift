import Foundation
import Testing

/// The example township, and the reports that are committed beside it.
@Suite struct ExampleTests {
  private static let folder = Binary.checkout.appendingPathComponent("Examples/township")

  private func audit(_ arguments: [String]) throws -> String {
    try Binary.run(["audit", "Examples/township"] + arguments).output
  }

  @Test(
    "the report is the committed one; Examples/township/renew writes both anew after an intended change",
    arguments: [("report.txt", ["--language", "zh"]), ("report.json", ["--format", "json"])])
  func snapshot(name: String, arguments: [String]) throws {
    let committed = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let printed = try audit(["--as-of", "2026-11-23"] + arguments)
    let changed = zip(committed.split(separator: "\n"), printed.split(separator: "\n")).first { $0 != $1 }
    #expect(committed == printed, "first difference: \(changed.map { "\($0)\n\($1)" } ?? "one is longer")")
  }

  @Test("reports are what the schema says", arguments: ["2026-11-23", "2026-02-10", "2027-01-05"])
  func schema(asOf: String) throws {
    let path = Binary.checkout.appendingPathComponent("Sources/Norma/Norma.docc/audit-report.schema.json")
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
    for language in ["zh", "en"] {
      let text = try audit(["--as-of", asOf, "--format", "json", "--language", language])
      let problems = SchemaValidator.problems(try JSONSerialization.jsonObject(with: Data(text.utf8)), schema)
      #expect(problems.isEmpty, "\(problems.prefix(10).joined(separator: "\n"))")
    }
    let small = try ShopProject().audit(["--format", "json"]).output
    #expect(SchemaValidator.problems(try JSONSerialization.jsonObject(with: Data(small.utf8)), schema).isEmpty)
  }

  @Test("a report that lacks a key, or has one too many, is not what the schema says")
  func schemaCanFail() throws {
    let schema: [String: Any] = [
      "type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"], "additionalProperties": false,
    ]
    #expect(SchemaValidator.problems(["a": 1], schema).isEmpty)
    #expect(!SchemaValidator.problems([String: Any](), schema).isEmpty)
    #expect(!SchemaValidator.problems(["a": "1"], schema).isEmpty)
    #expect(!SchemaValidator.problems(["a": 1, "b": 2], schema).isEmpty)
  }

  @Test("once the year is over, those with too few trainings have broken their duty")
  func nextYear() throws {
    let text = try audit(["--as-of", "2027-01-05", "--since", "2026-01-01", "--format", "json"])
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let breached = (report["findings"] as? [[String: Any]] ?? []).filter { $0["outcome"] as? String == "breached" }
      .compactMap { ($0["subject"] as? [String: String])?["person_id"] }
    for person in ["SJ04", "SJ09", "CY05", "CY14"] { #expect(breached.contains(person)) }
  }
}
