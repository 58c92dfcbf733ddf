import Testing

@testable import Norma

/// What the kinds say of themselves.
@Suite struct KindDocumentationTests {
  @Test("a kind documents the keys that it reads, and no others", arguments: RuleKinds.all.map { $0.keyword })
  func keys(keyword: String) throws {
    let kind = try #require(RuleKinds.all.first { $0.keyword == keyword })
    // A key that no kind has is answered with all that this kind knows.
    let diagnostics = Lint.check(text: "rules:\n  - id: a.b\n    \(keyword): {of: x, zzz: 1}\n", path: "rules.yaml")
    let known = diagnostics.compactMap { diagnostic -> [String]? in
      if case .unknownKey("zzz", _, let known) = diagnostic.problem { known } else { nil }
    }
    #expect(Set(try #require(known.first)) == Set(kind.documentation.keys.map(\.name)))
    #expect(!kind.documentation.summary.zh.isEmpty && !kind.documentation.summary.en.isEmpty)
  }

  @Test("the Chinese workday calendar holds the holidays and make-up days that were announced")
  func calendar() throws {
    let sink = DiagnosticSink()
    var loader = RuleBaseLoader(sink: sink)
    let checkout = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    loader.read(path: "/\(checkout)/Rules/calendars/cn.yaml")
    let calendar = try #require(loader.load().calendars["cn"])
    #expect(sink.diagnostics.isEmpty)
    func isWorkday(_ text: String) throws -> Bool { calendar.isWorkday(try #require(CivilDate(iso: text))) }
    // The Spring Festival and the National Day of 2026, with their make-up days.
    #expect(try !isWorkday("2026-02-17") && !isWorkday("2026-10-01") && !isWorkday("2026-10-07"))
    #expect(try isWorkday("2026-02-14") && isWorkday("2026-10-10"))
    #expect(try isWorkday("2026-11-23") && !isWorkday("2026-11-22"))
    #expect(calendar.holds(2016) && calendar.holds(2026) && !calendar.holds(2027))
  }
}
