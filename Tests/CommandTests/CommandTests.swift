import Foundation
import Testing

/// The commands as users and jobs run them.
@Suite struct CommandTests {
  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("the version is told")
  func version() throws {
    let result = try Binary.run(["--version"])
    #expect(result.exitCode == 0 && result.output.contains("0.1.0"))
  }

  @Test(
    "a wrong command line ends with 64",
    arguments: [
      ["audit", "--nope"], ["audit", "--as-of", "soon"], ["nope"], ["audit", "--format", "xml"],
      ["due", "--within", "3x"], ["audit", "--fail-on", "bad"], ["audit", "-o", "report.nope"],
    ])
  func usage(arguments: [String]) throws {
    let result = try Binary.run(arguments)
    #expect(result.exitCode == 64, "\(result.errors)")
  }

  @Test("exit codes tell broken, undetermined, unchecked and kept apart")
  func exitCodes() throws {
    #expect(try ShopProject().audit().exitCode == 1)
    #expect(try ShopProject().audit(["--fail-on", "major", "--only", "shops.no-fee"]).exitCode == 0)
    #expect(try ShopProject().audit(["--fail-on", "never"]).exitCode == 0)
    #expect(try ShopProject().audit(["--only", "shops.visits"]).exitCode == 0)
    #expect(try ShopProject().audit(["--only", "nothing.*"]).exitCode == 2)
    let unreadable = ShopProject().with("visits.csv", "店名,日期,收费\n东店,2026-01-05,免\n")
    #expect(try unreadable.audit(["--only", "shops.no-fee"]).exitCode == 2)
    #expect(try ShopProject().with("visits.csv", Data?.none).audit().exitCode == 3)
    #expect(try ShopProject().with("rules.yaml", "rules: 1\n").audit().exitCode == 3)
  }

  @Test("rules are chosen by id, department and severity")
  func selection() throws {
    func rules(_ arguments: [String]) throws -> [String] {
      let report = try json(try ShopProject().audit(["--format", "json"] + arguments).output)
      return (report["rules"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
    }
    #expect(try rules(["--only", "*.no-*"]) == ["shops.no-fee"])
    #expect(try rules(["--department", "市场所"]) == ["shops.visits"])
    #expect(try rules(["--severity", "minor"]) == ["shops.visits", "shops.no-fee"])
  }

  @Test("periods that ended before the day of --since are not judged")
  func since() throws {
    let sheet = "店名,日期,收费\n东店,2026-02-03,\n西店,2026-02-04,\n"
    func broken(_ arguments: [String]) throws -> [String] {
      let output = try ShopProject().with("visits.csv", sheet).audit(["--format", "json"] + arguments).output
      return (try json(output)["findings"] as? [[String: Any]] ?? []).filter { $0["rule"] as? String == "shops.visits" }
        .compactMap { $0["period"] as? String }
    }
    #expect(try broken([]) == ["2026-01", "2026-01"])
    #expect(try broken(["--since", "2026-02-01"]).isEmpty)
    #expect(try broken(["--since", "2026-01-31"]) == ["2026-01", "2026-01"])
  }

  @Test("sensitive values are masked unless asked for")
  func masking() throws {
    let masked = try ShopProject().audit(["--only", "shops.owner", "--format", "json"]).output
    #expect(masked.contains("\"owner\": \"***\"") && !masked.contains("甲\""))
    #expect(
      try ShopProject().audit(["--only", "shops.owner", "--format", "json", "--reveal"]).output.contains(
        "\"owner\": \"甲\""))
  }

  @Test("both engines print the same report")
  func engines() throws {
    let columnar = try ShopProject().audit(["--format", "json"]).output
    #expect(try ShopProject().audit(["--format", "json", "--engine", "row-by-row"]).output == columnar)
    let township = ["audit", "Examples/township", "--as-of", "2026-11-23", "--format", "json"]
    #expect(try Binary.run(township + ["--engine", "row-by-row"]).output == Binary.run(township).output)
  }

  @Test("a report is written to a file in the format of its ending")
  func files() throws {
    let folder = try ScratchFolder()
    try folder.write(ShopProject().files)
    let result = try Binary.run(["audit", "--as-of", "2026-03-01", "-o", "a.json", "-o", "b.txt"], in: folder.url)
    #expect(result.exitCode == 1 && result.output.isEmpty)
    let report = try json(
      String(decoding: try Data(contentsOf: folder.url.appendingPathComponent("a.json")), as: UTF8.self))
    #expect(report["as_of"] as? String == "2026-03-01")
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("b.txt")).isEmpty == false)
  }

  @Test("a file that can't be written ends with 3 and says why", arguments: ["en", "zh"])
  func unwritable(language: String) throws {
    let folder = try ScratchFolder()
    try folder.write(ShopProject().files)
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("taken.json"), withIntermediateDirectories: true)
    let words = [
      "nowhere/a.json": ["en": "there is no such folder", "zh": "没有这个文件夹"],
      "taken.json": ["en": "that is a folder", "zh": "那是一个文件夹"],
    ]
    for (path, wanted) in words {
      let result = try Binary.run(
        ["audit", "--as-of", "2026-03-01", "--language", language, "-o", path], in: folder.url)
      #expect(result.exitCode == 3 && result.output.isEmpty)
      #expect(result.errors == "\(path): \(wanted[language] ?? "")\n")
    }
  }

  @Test(
    "the text report lists the first findings of a rule, and says how many more there are", arguments: ["en", "zh"])
  func listing(language: String) throws {
    let folder = try ScratchFolder()
    let rows = (1...450).map { "A\($0),\($0 <= 250 ? "5" : "dear")" }
    try folder.write([
      "norma.yaml": Data(
        "norma: 1\norganization: 甲\nrules: [rules.yaml]\ntimezone: UTC\ndata: {children: children.csv}\n".utf8),
      "rules.yaml": Data(
        """
        datasets:
          children:
            key: [child]
            fields:
              child: {type: text, required: true}
              fee: {type: integer}
        rules:
          - id: children.free
            title: {zh: 不得收费, en: Free of charge}
            record: {of: children, require: fee == null || fee == 0}

        """.utf8),
      "children.csv": Data(("child,fee\n" + rows.joined(separator: "\n") + "\n").utf8),
    ])
    let command = ["audit", "--as-of", "2026-03-01", "--language", language]
    let alone = try Binary.run(command, in: folder.url)
    let more = [
      "en": "  … Free of charge: 50 more breached; the json report has all of them\n",
      "zh": "  …… 不得收费：未达要求还有 50 项，全部见 json 报告\n",
    ]
    #expect(alone.output.contains(more[language] ?? ""))
    #expect(alone.output.components(separatedBy: "children.free ").count - 1 == 400)
    // The other report lists all, and the one beside it says the same as alone.
    #expect(try Binary.run(command + ["-o", "all.json", "-o", "some.txt"], in: folder.url).exitCode == 1)
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.url.appendingPathComponent(name)), as: UTF8.self)
    }
    #expect(try text("some.txt") == alone.output)
    #expect(try (json(text("all.json"))["findings"] as? [Any])?.count == 450)
  }

  @Test("a plan is printed, and nothing is read")
  func explain() throws {
    let result = try ShopProject().with("visits.csv", Data?.none).audit(["--explain"])
    #expect(
      result.exitCode == 0 && result.output.contains("scan: visits")
        && result.output.contains("owe: every shop of shops"))
  }

  @Test("a rule without a source is named, and does not pass")
  func withoutSource() throws {
    let project = ShopProject().with(
      "norma.yaml",
      "norma: 1\norganization: 甲\nrules: [rules.yaml]\nlanguage: en\ntimezone: UTC\ndata: {shops: shops.csv}\n")
    let result = try project.audit(["--only", "shops.visits"])
    #expect(result.exitCode == 2 && result.output.contains("names no source for visits"))
  }

  @Test("lint prints mistakes for people, machines and workflows")
  func lint() throws {
    let broken = ShopProject().with("rules.yaml", "rules:\n  - id: a.b\n    coverag: {of: x}\n")
    let text = try broken.run(["lint", "rules.yaml", "--language", "en"])
    #expect(text.exitCode == 3 && text.output.contains("did you mean `coverage`?") && text.output.contains("^~"))
    let github = try broken.run(["lint", "rules.yaml", "--format", "github"])
    #expect(github.exitCode == 3 && github.output.contains("::error file=rules.yaml,line=3,col=5"))
    let machine = try broken.run(["lint", "rules.yaml", "--format", "json"])
    #expect(machine.exitCode == 3)
    #expect((try json(machine.output)["diagnostics"] as? [Any])?.isEmpty == false)
    for format in ["text", "json", "github"] {
      let clean = try ShopProject().run(["lint", "norma.yaml", "rules.yaml", "--format", format])
      #expect(clean.exitCode == 0, "\(clean.output)")
      #expect(try Binary.run(["lint", "nowhere.yaml", "--format", format]).exitCode == 3)
    }
    #expect(try Binary.run(["lint", "Rules"]).exitCode == 0)
  }

  @Test("due lists what is overdue and what falls due soon, and ends with 1 where anything is overdue")
  func due() throws {
    let overdue = try Binary.run(["due", "Examples/township", "--as-of", "2026-11-23", "--format", "json"])
    #expect(overdue.exitCode == 1)
    let report = try json(overdue.output)
    #expect((report["overdue"] as? [Any])?.count == 17)
    #expect((report["upcoming"] as? [Any])?.isEmpty == false)
    let text = try Binary.run(["due", "Examples/township", "--as-of", "2026-11-23", "--language", "en"])
    #expect(text.exitCode == 1 && text.output.contains("西坡村"), "\(text.output)")
    #expect(try ShopProject().run(["due", "--as-of", "2026-03-01"]).exitCode == 0)
    #expect(try ShopProject().with("visits.csv", Data?.none).run(["due"]).exitCode == 3)
  }

  @Test("due does not pass where nothing was checked")
  func dueOfNothing() throws {
    for format in ["text", "json"] {
      let arguments = ["due", "--as-of", "2026-03-01", "--only", "nothing.*", "--format", format]
      #expect(try ShopProject().run(arguments).exitCode == 2)
    }
    let text = try ShopProject().run(["due", "--as-of", "2026-03-01", "--only", "nothing.*"]).output
    #expect(text.contains("nothing was checked") && !text.contains("nothing is overdue"))
  }

  @Test("explain says a rule in both languages, and an unknown one ends with 64 and a hint")
  func explainRule() throws {
    let known = try Binary.run([
      "explain", "tourism.farm-stay-hygiene", "--project", "Examples/township", "--as-of", "2026-11-23",
    ])
    #expect(known.exitCode == 0)
    #expect(known.output.contains("每月") && known.output.contains("every month"))
    #expect(known.output.contains("2026-12  2026-12-01 – 2026-12-31"))
    let unknown = try Binary.run(["explain", "tourism.farm-stay-hygeine", "--project", "Examples/township"])
    #expect(unknown.exitCode == 64)
    #expect(unknown.errors.contains("tourism.farm-stay-hygiene"))
    #expect(unknown.output.isEmpty)
  }
}
