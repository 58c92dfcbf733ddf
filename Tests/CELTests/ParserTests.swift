import CEL
import Testing

/// What the parser takes, where it puts things, and what it refuses.
@Suite struct ParserTests {
  @Test("every node lies within the source and within its parent")
  func positions() throws {
    let source = "a.b[c ? 1 : -2] + [x, {'k': y}].exists(e, has(e.f) && !(e in z)) * cel.bind(q, 1, q)"
    let root = try Parser.parse(source)
    func check(_ node: CEL.Expression, within range: Range<Int>) {
      #expect(range.lowerBound <= node.range.lowerBound && node.range.upperBound <= range.upperBound)
      for child in node.children { check(child, within: node.range) }
    }
    check(root, within: 0..<source.unicodeScalars.count)
    #expect(root.range == 0..<source.unicodeScalars.count)
  }

  @Test("names may be written in any script")
  func unicodeNames() throws {
    var environment = Environment(variables: ["接种日期": .nullable(.string)])
    environment.variables["數"] = .int
    let (checked, issues) = TypeChecker.check(try Parser.parse("接种日期 != null && 數 > 3"), in: environment)
    #expect(issues.isEmpty)
    #expect(checked?.variableNames == ["接种日期", "數"])
  }

  @Test(
    "what is nested too deeply or too long is refused, and soon",
    arguments: [
      String(repeating: "(", count: 100_000), String(repeating: "[", count: 50_000),
      String(repeating: "!", count: 50_000),
      "a" + String(repeating: ".a", count: 40_000), "a" + String(repeating: " + a", count: 20_000),
      String(repeating: "a ? b : ", count: 10_000) + "c", String(repeating: "{1: ", count: 20_000),
      String(repeating: "a", count: 200_000), "f" + String(repeating: "(f", count: 30_000),
      String(repeating: "-(", count: 30_000) + "1",
    ])
  func limits(source: String) {
    #expect(throws: SyntaxIssue.self) { try Parser.parse(source) }
  }

  @Test("a long chain of conditions is no deep one")
  func longChains() throws {
    let source = (0..<2000).map { "a == \($0)" }.joined(separator: " || ")
    let program = Program(try Parser.parse(source), functions: .standard())
    guard case .bool(true) = program.evaluate(Bindings(["a": .int(1999)])) else {
      Issue.record("the last condition was not reached")
      return
    }
  }

  @Test(
    "full-width characters are named with the plain ones that they stand for",
    arguments: [("a \u{FF1E} 1", ">"), ("a == “x”", "\""), ("\u{FF08}a)", "("), ("a\u{FF0C}b", ","), ("a ≥ 1", ">=")])
  func fullWidth(source: String, plain: String) {
    let issue = #expect(throws: SyntaxIssue.self) { try Parser.parse(source) }
    guard case .unexpectedCharacter(_, let suggestion)? = issue?.problem else {
      Issue.record("\(source) was refused for another reason: \(String(describing: issue))")
      return
    }
    #expect(suggestion == plain)
  }

  @Test("all mistakes in types are reported, not the first alone")
  func allIssues() throws {
    let environment = Environment(variables: ["a": .int, "s": .string])
    let (checked, issues) = TypeChecker.check(try Parser.parse("a == s && b > 1 && nope(a) && s.size"), in: environment)
    #expect(checked == nil)
    #expect(issues.count == 4)
  }
}
