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

  @Test("once the year is over, those with too few trainings have broken their duty")
  func nextYear() throws {
    let text = try audit(["--as-of", "2027-01-05", "--since", "2026-01-01", "--format", "json"])
    let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let findings = report["findings"] as? [[String: Any]] ?? []
    func persons(_ rule: String, _ outcome: String) -> [String] {
      findings.filter { $0["rule"] as? String == rule && $0["outcome"] as? String == outcome }
        .compactMap { ($0["subject"] as? [String: String])?["person_id"] }.sorted()
    }
    #expect(persons("community.secretary-training", "breached") == ["SJ04", "SJ09"])
    #expect(persons("maternal-child-health.village-doctor-training-attended", "breached") == ["CY05", "CY14"])
    #expect(persons("maternal-child-health.village-doctor-training-attended", "undetermined") == ["CY08"])
  }
}
