import CEL
import Testing

/// The regular expressions behind `matches`.
@Suite struct RegularExpressionTests {
  @Test(
    "patterns match what RE2 says that they match",
    arguments: [
      ("a+b*", "caaab", true), ("^a.c$", "abc", true), ("^a.c$", "abbc", false), ("[^0-9]", "12", false),
      ("\\d{3}", "a123", true), ("\\bcat\\b", "a cat sat", true), ("\\bcat\\b", "concat", false),
      ("(?i)HeLLo", "hello", true), ("a|b|", "", true), ("[[:alpha:]]+", "123x", true), ("\\p{Han}+", "村医", true),
      ("\\p{Han}", "abc", false), ("x{2,3}", "xx", true), ("^x{2,3}$", "xxxx", false), ("(ab)?c", "c", true),
      ("[a\\-z]", "-", true), ("\\.", "a", false), ("(?s)a.b", "a\nb", true), ("a.b", "a\nb", false),
    ])
  func matching(pattern: String, text: String, expected: Bool) throws {
    #expect(try RegularExpression(pattern).matches(text) == expected)
  }

  @Test("patterns that make others search for ever end at once")
  func catastrophicPatterns() throws {
    let text = String(repeating: "a", count: 20_000) + "!"
    for pattern in ["(a+)+$", "(a|aa)+$", "(a*)*b", "^(a?){50}a{50}$"] {
      #expect(try !RegularExpression(pattern).wholeMatches(text))
    }
  }

  @Test(
    "what is no pattern, or too large a one, is refused",
    arguments: ["(", ")", "[", "*", "a**", "\\", "\\1", "(?=a)", "a{2,1}", "(?P<", "\\p{Nope}", "((a{1000}){1000})"])
  func invalidPatterns(pattern: String) {
    #expect(throws: RegularExpression.Problem.self) { try RegularExpression(pattern) }
  }
}
