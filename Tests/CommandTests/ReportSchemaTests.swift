import Foundation
import Testing

/// Holds the JSON reports to the schema that is published for them.
@Suite struct ReportSchemaTests {
  private func schema() throws -> [String: Any] {
    let path = Binary.checkout.appendingPathComponent("Sources/Norma/Norma.docc/audit-report.schema.json")
    return try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
  }

  private func expectValid(_ result: Binary.Result) throws {
    let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let problems = SchemaValidator.problems(report, try schema())
    #expect(problems.isEmpty, "\(problems.prefix(10).joined(separator: "\n"))")
  }

  @Test(
    "reports of the township are what the schema says", arguments: ["2026-11-23", "2026-02-10", "2027-01-05"],
    ["zh", "en"])
  func township(asOf: String, language: String) throws {
    try expectValid(
      try Binary.run(["audit", "Examples/township", "--as-of", asOf, "--format", "json", "--language", language]))
  }

  @Test("reports of every kind of rule are what the schema says")
  func conformanceCases() throws {
    let folder = Binary.checkout.appendingPathComponent("Tests/Conformance/Cases")
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let cases = files.filter { $0.hasSuffix("/norma.yaml") }.sorted()
    #expect(cases.count > 200)
    for (place, name) in cases.enumerated() where place.isMultiple(of: 4) {
      let project = "Tests/Conformance/Cases/" + name
      try expectValid(try Binary.run(["audit", project, "--as-of", "2026-07-15", "--format", "json"]))
    }
  }

  @Test("reports of small projects are what the schema says")
  func smallProjects() throws {
    let header = "店名,日期,收费\n"
    let sheets = [
      header, header + "东店,去年,免\n", header + "南店,2026-01-05\n,2026-01-06,1,2\n",
      "店名,日期,备注\n东店,2026-01-05,无\n",
    ]
    for sheet in sheets {
      let project = ShopProject().with("visits.csv", sheet)
      for arguments in [[], ["--reveal"], ["--evidence", "0"], ["--only", "nothing.*"], ["--since", "2026-02-01"]] {
        try expectValid(try project.audit(["--format", "json"] + arguments))
      }
    }
    let settings = "norma: 1\norganization: 甲\nrules: [rules.yaml]\ntimezone: UTC\ndata: {shops: shops.csv}\n"
    try expectValid(try ShopProject().with("norma.yaml", settings).audit(["--format", "json"]))
  }

  @Test("the schema describes every key, and leaves no object open")
  func everyKeyDescribed() throws {
    var objects = 0
    func visit(_ schema: [String: Any], _ place: String) {
      if schema["type"] as? String == "object" {
        objects += 1
        #expect(schema["additionalProperties"] != nil, "\(place) is open")
      }
      for (name, property) in schema["properties"] as? [String: [String: Any]] ?? [:] {
        #expect((property["description"] as? String)?.isEmpty == false, "\(place)/\(name) is not described")
        visit(property, "\(place)/\(name)")
      }
      for key in ["items", "additionalProperties"] {
        if let below = schema[key] as? [String: Any] { visit(below, "\(place)/\(key)") }
      }
      for below in schema["anyOf"] as? [[String: Any]] ?? [] { visit(below, "\(place)/anyOf") }
    }
    visit(try schema(), "")
    #expect(objects > 5)
  }

  @Test("a report that lacks a key, has one too many or another value is not what a schema says")
  func schemaCanFail() throws {
    let schema: [String: Any] = [
      "type": "object", "required": ["a"], "additionalProperties": false,
      "properties": ["a": ["type": "integer"], "c": ["const": 1], "e": ["enum": ["x"]], "l": ["maxItems": 0]],
    ]
    func fails(_ text: String) throws -> Bool {
      try !SchemaValidator.problems(JSONSerialization.jsonObject(with: Data(text.utf8)), schema).isEmpty
    }
    #expect(try !fails(#"{"a": 1, "c": 1, "e": "x", "l": []}"#))
    for text in [
      "{}", #"{"a": "1"}"#, #"{"a": true}"#, #"{"a": 1, "b": 2}"#, #"{"a": 1, "c": 2}"#, #"{"a": 1, "c": true}"#,
      #"{"a": 1, "e": "y"}"#, #"{"a": 1, "l": [1]}"#, "[]",
    ] {
      #expect(try fails(text), "\(text)")
    }
    #expect(!SchemaValidator.problems(1, ["typ": "integer"]).isEmpty, "an unknown keyword is a mistake")
  }
}
