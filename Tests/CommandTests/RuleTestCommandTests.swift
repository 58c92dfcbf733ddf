import Foundation
import Testing

/// `norma test` as rule authors and build servers run it.
@Suite struct RuleTestCommandTests {
  private static let passing = """
    tests:
      - rule: shops.no-fee
        name: {zh: 不收费, en: no fee}
        as_of: 2026-03-01
        data: {shops: [{shop: 东店}], visits: [{shop: 东店, on: 2026-01-05}, {shop: 东店, on: 2026-01-06, fee: 5}]}
        expect: [{subject: {row: 1}, outcome: met}, {subject: {row: 2}, outcome: breached}]

    """

  private func project(_ tests: String?) -> ShopProject {
    tests.map { ShopProject().with("shops_test.yaml", $0) } ?? ShopProject()
  }

  @Test("tests that pass end with 0, one that fails with 1, none with 2, mistakes with 3, a wrong command line with 64")
  func exitCodes() throws {
    let good = project(Self.passing)
    #expect(try good.run(["test", "rules.yaml", "shops_test.yaml"]).exitCode == 0)
    #expect(try good.run(["test", "shops_test.yaml"]).exitCode == 0)
    let bad = project(Self.passing.replacing("outcome: met", with: "outcome: breached"))
    let failed = try bad.run(["test", "rules.yaml", "shops_test.yaml", "--language", "en"])
    #expect(failed.exitCode == 1 && failed.output.contains("shops_test.yaml:2"))
    #expect(failed.output.contains("expected breached\n") && failed.output.contains("found met\n"))
    let none = try project(nil).run(["test"])
    #expect(none.exitCode == 2 && none.output.contains("there are no tests"))
    #expect(try good.run(["test", "rules.yaml", "shops_test.yaml", "--only", "nothing"]).exitCode == 2)
    let mistake = try project(Self.passing.replacing("shops.no-fee", with: "shops.no-fees"))
      .run(["test", "rules.yaml", "shops_test.yaml", "--language", "en"])
    #expect(mistake.exitCode == 3 && mistake.errors.contains("did you mean `shops.no-fee`?"))
    #expect(try good.run(["test", "nowhere.yaml"]).exitCode == 3)
    for arguments in [["--format", "csv"], ["-o", "x.nope"], ["--language", "fr"], ["--nope"]] {
      #expect(try good.run(["test"] + arguments).exitCode == 64)
    }
  }

  @Test("a rule without a test that it passes and one that breaks it fails where that is asked for")
  func requireBoth() throws {
    let good = project(Self.passing)
    let arguments = ["test", "rules.yaml", "shops_test.yaml", "--language", "en"]
    let lax = try good.run(arguments)
    #expect(lax.exitCode == 0 && lax.output.contains("shops.visits  has no test"))
    #expect(try good.run(arguments + ["--require-both"]).exitCode == 1)
    #expect(try good.run(arguments + ["--require-both", "--only", "shops.no-fee"]).exitCode == 0)
  }

  @Test("files are written whole, in the form of their endings")
  func files() throws {
    let folder = try ScratchFolder()
    try folder.write(project(Self.passing).files)
    let arguments = ["test", "rules.yaml", "shops_test.yaml", "-o", "a.xml", "-o", "b.json", "-o", "c.txt"]
    let result = try Binary.run(arguments, in: folder.url)
    #expect(result.exitCode == 0 && result.output.isEmpty)
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: folder.url.appendingPathComponent(name)), as: UTF8.self)
    }
    #expect(try text("a.xml").hasPrefix("<?xml") && text("a.xml").contains("tests=\"1\" failures=\"0\""))
    #expect(try text("b.json").contains("\"passed\": true"))
    #expect(try text("c.txt").contains("测试 1 个：通过 1、失败 0"))
    #expect(try Binary.run(["test", "rules.yaml", "shops_test.yaml", "-o", "no/a.xml"], in: folder.url).exitCode == 3)
  }

  @Test("the rules that ship pass their tests, each with one that it keeps and one that it breaks")
  func shippedRules() throws {
    let result = try Binary.run(["test", "Rules", "--require-both"])
    #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
    let project = try Binary.run(["test", "Examples/township", "--require-both"])
    #expect(project.exitCode == 0 && project.output == result.output, "\(project.errors)")
  }
}
