import Foundation
import Testing

/// What bad input gets: a clear word on the error output and exit code 3, or a data finding; never a crash.
@Suite struct BadInputTests {
  /// A broken project with what must be said of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let file: String
    let contents: Data?
    let says: String

    var testDescription: String { name }
  }

  private static func bytes(_ bytes: [UInt8]) -> Data { Data(bytes) }
  private static func text(_ text: String) -> Data { Data(text.utf8) }

  static let unreadable: [Case] = [
    Case(name: "a data file that is missing", file: "visits.csv", contents: nil, says: "no such file"),
    Case(name: "a rule file that is missing", file: "rules.yaml", contents: nil, says: "no such file"),
    Case(name: "a data file without a byte", file: "visits.csv", contents: Data(), says: "empty"),
    Case(name: "a data file of blank lines", file: "visits.csv", contents: text("\n\n\n"), says: "headings"),
    Case(
      name: "a required field without a column", file: "visits.csv", contents: text("店名,收费\n东店,1\n"),
      says: "required field on"),
    Case(
      name: "two columns for one field", file: "visits.csv", contents: text("店名,日期,on\n东店,2026-01-01,\n"),
      says: "several columns"),
    Case(
      name: "a data file without headings", file: "visits.csv", contents: text("东店,2026-01-05,\n西店,2026-01-09,0\n"),
      says: "unused columns: 东店, 2026-01-05"),
    Case(
      name: "a heading that stands twice", file: "visits.csv",
      contents: text("店名,日期,收费,店名\n东店,2026-01-05,,西店\n"), says: "several columns match the field shop"),
    Case(
      name: "a quote that is never closed", file: "visits.csv", contents: text("店名,日期\n\"东店,2026-01-01\n"),
      says: "not closed"),
    Case(
      name: "bytes of no encoding", file: "visits.csv",
      contents: bytes([0xB5, 0xEA, 0xFF, 0xFF, 0x0A, 0x80, 0xFE, 0xFF]), says: "encoding"),
    Case(name: "a rule file without a word", file: "rules.yaml", contents: Data(), says: "empty"),
    Case(name: "a rule file of comments", file: "rules.yaml", contents: text("# nothing\n"), says: "empty"),
    Case(
      name: "a rule file that is no text", file: "rules.yaml", contents: bytes([0xFF, 0xFE, 0x00, 0x41]), says: "UTF-8"),
    Case(name: "a NUL byte in a rule file", file: "rules.yaml", contents: text("rules:\0 []"), says: "UTF-8"),
    Case(
      name: "invalid UTF-8 inside a rule file", file: "rules.yaml", contents: text("rules:\n") + bytes([0xC3, 0x28]),
      says: "byte 8 is not UTF-8"),
    Case(
      name: "brackets without end", file: "rules.yaml", contents: text("a: " + String(repeating: "[", count: 100_000)),
      says: "nested deeper"),
    Case(
      name: "aliases that multiply", file: "rules.yaml",
      contents: text(
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
          + (1...9).map {
            "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ", ") + "]\n"
          }.joined()),
      says: "aliases expand"),
    Case(
      name: "a rule file that is a list of numbers", file: "rules.yaml", contents: text("[1, 2]\n"), says: "expected"),
    Case(name: "a project file that is broken", file: "norma.yaml", contents: text("norma: [1\n"), says: "bracket"),
    Case(
      name: "a project file without rules", file: "norma.yaml", contents: text("norma: 1\norganization: 甲\n"),
      says: "lacks `rules`"),
    Case(
      name: "a project file of another version", file: "norma.yaml",
      contents: text("norma: 9\norganization: 甲\nrules: [rules.yaml]\n"), says: "version 1"),
  ]

  /// Checks that a run ended with 3, and said in `language` what is wrong with `file`, and nothing else.
  private func expectRefusal(_ result: Binary.Result, of file: String, in language: String) {
    #expect(!result.crashed && result.exitCode == 3, "\(result.errors)")
    #expect(result.output.isEmpty)
    let word = language == "zh" ? "错误" : "error"
    let lines = result.errors.split(separator: "\n")
    #expect(lines.contains { $0.contains(word) } && lines.contains { $0.contains(file) }, "\(result.errors)")
    for trace in ["Fatal error", "Stack dump", "Thread 0", ".swift:"] { #expect(!result.errors.contains(trace)) }
  }

  @Test("is refused with exit code 3 and its file's name, in both languages", arguments: unreadable, ["zh", "en"])
  func unreadableInput(item: Case, language: String) throws {
    let result = try ShopProject().with(item.file, item.contents).audit(["--language", language])
    expectRefusal(result, of: item.file, in: language)
    if language == "en" { #expect(result.errors.contains(item.says), "\(result.errors)") }
  }

  @Test("a folder where a file is expected is refused", arguments: ["visits.csv", "rules.yaml"], ["zh", "en"])
  func folders(name: String, language: String) throws {
    let folder = try ScratchFolder()
    try folder.write(ShopProject().with(name, nil).files)
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
    let result = try Binary.run(["audit", "--as-of", "2026-03-01", "--language", language], in: folder.url)
    // A folder of rules is allowed, but not one without rules.
    expectRefusal(result, of: name, in: language)
  }

  @Test("a rule file of 100 MB is refused", arguments: ["zh", "en"])
  func hugeRuleFile(language: String) throws {
    let folder = try ScratchFolder()
    try folder.write(ShopProject().files)
    let file = try FileHandle(forWritingTo: folder.url.appendingPathComponent("rules.yaml"))
    try file.truncate(atOffset: 100 << 20)
    try file.close()
    let result = try Binary.run(["audit", "--language", language], in: folder.url)
    expectRefusal(result, of: "rules.yaml", in: language)
    #expect(result.errors.contains("8 MB"))
  }

  @Test(
    "a file that may not be read is refused", .disabled(if: getuid() == 0, "root may read every file"),
    arguments: ["visits.csv", "rules.yaml", "norma.yaml"], ["zh", "en"])
  func notPermitted(name: String, language: String) throws {
    let folder = try ScratchFolder()
    try folder.write(ShopProject().files)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: folder.url.appendingPathComponent(name).path)
    let result = try Binary.run(["audit", "--as-of", "2026-03-01", "--language", language], in: folder.url)
    expectRefusal(result, of: name, in: language)
  }

  @Test("a file in another encoding than the project names is refused", arguments: ["zh", "en"])
  func wrongEncoding(language: String) throws {
    var project = ShopProject()
    let settings = String(decoding: try #require(project.files["norma.yaml"]), as: UTF8.self)
    project = project.with(
      "norma.yaml", settings.replacing("visits: visits.csv", with: "visits: {file: visits.csv, encoding: utf-8}"))
    #expect(try project.audit().exitCode == 1, "what the encoding is named for can be read")
    // 店名,日期 and a row of 东店, in GB 18030.
    let sheet: [UInt8] =
      [0xB5, 0xEA, 0xC3, 0xFB, 0x2C, 0xC8, 0xD5, 0xC6, 0xDA, 0x0A, 0xB6, 0xAB, 0xB5, 0xEA, 0x2C]
      + Array("2026-01-05\n".utf8)
    expectRefusal(
      try project.with("visits.csv", Data(sheet)).audit(["--language", language]), of: "visits.csv", in: language)
    #expect(try ShopProject().with("visits.csv", Data(sheet)).audit().exitCode == 1, "it is read where none is named")
  }

  @Test("a project that is not there is refused")
  func missingProject() throws {
    for language in ["zh", "en"] {
      let folder = try ScratchFolder()
      let result = try Binary.run(["audit", "--language", language], in: folder.url)
      expectRefusal(result, of: "norma.yaml", in: language)
    }
  }

  @Test("every file that can't be read is named in one run")
  func allFiles() throws {
    let result = try ShopProject().with("visits.csv", nil).with("shops.csv", Data()).audit()
    #expect(result.exitCode == 3)
    #expect(result.errors.contains("visits.csv") && result.errors.contains("shops.csv"))
  }

  static let findings: [Case] = [
    Case(name: "a row with too few cells", file: "visits.csv", contents: text("店名,日期,收费\n东店\n"), says: "too_few_cells"),
    Case(
      name: "a row with too many cells", file: "visits.csv", contents: text("店名,日期,收费\n东店,2026-01-01,,x\n"),
      says: "too_many_cells"),
    Case(name: "a cell that is no date", file: "visits.csv", contents: text("店名,日期,收费\n东店,去年,\n"), says: "not_a_date"),
    Case(
      name: "a NUL byte in a cell", file: "visits.csv", contents: text("店名,日期,收费\n东\0店,2026-01-01,\n"),
      says: "no_such_row"),
    Case(
      name: "a cell that should not be empty", file: "visits.csv", contents: text("店名,日期,收费\n,2026-01-01,\n"),
      says: "\"empty\""),
    Case(
      name: "a reference to nothing", file: "visits.csv", contents: text("店名,日期,收费\n南店,2026-01-01,\n"),
      says: "no_such_row"),
    Case(
      name: "a key that stands twice", file: "shops.csv", contents: text("店名,店主\n东店,乙\n东店,乙\n"), says: "duplicate_key"),
    Case(
      name: "a cell of a million characters", file: "visits.csv",
      contents: text("店名,日期,收费\n\(String(repeating: "店", count: 1_000_000)),2026-01-01,\n"), says: "no_such_row"),
  ]

  @Test("is a data finding, and the audit goes on", arguments: findings)
  func dataFindings(item: Case) throws {
    let result = try ShopProject().with(item.file, item.contents).audit(["--format", "json"])
    #expect(!result.crashed && [0, 1, 2].contains(result.exitCode), "\(result.errors)")
    #expect(result.output.contains(item.says))
    #expect(!result.errors.contains("Fatal error"))
    let json = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect((json?["data_findings"] as? [Any])?.isEmpty == false)
  }

  @Test("rows that are too short or too long are findings, and every row is kept")
  func raggedRows() throws {
    let sheet = "店名,日期,收费\n东店,2026-01-05\n西店,2026-01-09,0,x,y\n东店,2026-02-03,5\n西店,2026-02-04,\n"
    let result = try ShopProject().with("visits.csv", sheet).audit(["--format", "json"])
    let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let inputs = try #require(report["inputs"] as? [[String: Any]])
    #expect(inputs.first { $0["file"] as? String == "visits.csv" }?["rows"] as? Int == 4)
    let problems = (report["data_findings"] as? [[String: Any]] ?? []).compactMap { $0["problem"] as? String }
    #expect(Set(problems) == ["too_few_cells", "too_many_cells"])
    // The visit in the row that was cut short still counts, for every month of both shops is met.
    let rules = (report["rules"] as? [[String: Any]] ?? [])
    #expect(!rules.isEmpty)
    let broken = (report["findings"] as? [[String: Any]] ?? []).compactMap { $0["rule"] as? String }
    #expect(!broken.contains("shops.visits"), "\(broken)")
  }

  @Test("a column that no field has is a note, and so are two of one name")
  func unknownColumns() throws {
    let plain = "店名,日期,收费\n东店,2026-01-05,\n西店,2026-01-09,0\n东店,2026-02-03,5\n西店,2026-02-04,\n"
    for extra in [",备注", ",备注,备注"] {
      let sheet = plain.replacing("店名,日期,收费", with: "店名,日期,收费\(extra)")
        .replacing("东店,2026-01-05,", with: "东店,2026-01-05," + extra.filter { $0 == "," })
      let result = try ShopProject().with("visits.csv", sheet).audit(["--language", "en"])
      #expect(result.exitCode == 1 && !result.crashed, "\(result.errors)")
      #expect(result.output.contains("备注") && result.output.contains("is not used"), "\(result.output)")
    }
  }

  @Test("blank rows are no rows")
  func blankRows() throws {
    let plain = "店名,日期,收费\n东店,2026-01-05,\n西店,2026-01-09,0\n东店,2026-02-03,5\n西店,2026-02-04,\n"
    func summary(_ sheet: String) throws -> NSDictionary {
      let output = try ShopProject().with("visits.csv", sheet).audit(["--format", "json"]).output
      let report = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
      #expect((report["data_findings"] as? [Any])?.isEmpty == true, "\(output)")
      return try #require(report["summary"] as? NSDictionary)
    }
    let spaced = plain.replacing("\n", with: "\n\n") + ",,\n\n"
    #expect(try summary(spaced) == summary(plain))
  }

  @Test("separators, line ends, marks and encodings of spreadsheets all read alike")
  func dialects() throws {
    let plain = "店名,日期,收费\n东店,2026-01-05,\n西店,2026-01-09,0\n东店,2026-02-03,5\n西店,2026-02-04,\n"
    let expected = try ShopProject().with("visits.csv", plain).audit(["--format", "json"]).output
    let variants = [
      Data("\u{FEFF}\(plain.replacing("\n", with: "\r\n"))".utf8), Data(plain.replacing(",", with: ";").utf8),
      Data(plain.replacing(",", with: "\t").utf8), Data(plain.replacing("\n", with: "\r").utf8),
      Data("\"".utf8) + Data(plain.replacing(",", with: "\",\"").replacing("\n", with: "\"\n\"").dropLast(1).utf8),
      Data([0xFF, 0xFE]) + (plain.data(using: .utf16LittleEndian) ?? Data()),
    ]
    func withoutInputs(_ text: String) -> String {
      text.split(separator: "\n").filter { !$0.contains("sha256") }.joined(separator: "\n")
    }
    for (place, variant) in variants.enumerated() {
      let output = try ShopProject().with("visits.csv", variant).audit(["--format", "json"]).output
      #expect(withoutInputs(output) == withoutInputs(expected), "variant \(place)")
    }
  }
}
