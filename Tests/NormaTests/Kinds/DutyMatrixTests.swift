import Foundation
import Testing

@testable import Norma

/// Which duties of the seven work plans are rules: each is implemented, or listed with the reason why not.
@Suite struct DutyMatrixTests {
  /// How many duties each plan has.
  private static let duties = [75, 59, 42, 69, 54, 100, 45]

  @Test("every duty of the plans is a rule or stands in the list of those that are none")
  func matrix() throws {
    let rules = try Self.rules()
    let listed = Set(try Self.duties(in: Self.text("NOT-EXPRESSED.md", before: "## Shipped")))
    var matrix: [String: [String]] = [:]
    for rule in rules {
      for duty in rule.implements { matrix[duty, default: []].append(rule.id) }
    }
    let all = Self.duties.enumerated().flatMap { plan, count in
      (1...count).map { "p\(plan + 1)-" + ($0 < 10 ? "0\($0)" : "\($0)") }
    }
    for duty in all {
      #expect((matrix[duty] != nil) != listed.contains(duty), "\(duty) is implemented by \(matrix[duty] ?? [])")
    }
    #expect(Set(matrix.keys).subtracting(all).isEmpty, "duties that no plan has")
    #expect(listed.count <= 15)
  }

  @Test("every rule that ships has a title, a remedy and a clause in both languages")
  func texts() throws {
    for rule in try Self.rules() {
      #expect(rule.title.zh != rule.title.en && rule.title.zh != rule.id, "\(rule.id) lacks a title")
      #expect(rule.remedy.map { $0.zh != $0.en } ?? false, "\(rule.id) lacks a remedy")
      #expect(rule.citation?.clause != nil && rule.citation?.document != nil, "\(rule.id) lacks its source")
      #expect(rule.department != nil, "\(rule.id) lacks a department")
      #expect(!rule.implements.isEmpty, "\(rule.id) implements no duty")
    }
  }

  private static func rules() throws -> [Rule] {
    let loader = ProjectLoader(sink: DiagnosticSink(), machineTimeZone: .utc)
    return try #require(loader.load(Checkout.path("Examples/township"))).ruleBase.rules
  }

  private static func text(_ name: String, before end: String) throws -> String {
    let url = URL(fileURLWithPath: Checkout.path("Rules")).appendingPathComponent(name)
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    return text.components(separatedBy: end)[0]
  }

  private static func duties(in text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
      .filter { $0.wholeMatch(of: /p[1-7]-[0-9]+/) != nil }
  }
}
