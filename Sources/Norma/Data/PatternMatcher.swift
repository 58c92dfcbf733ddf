internal import CEL

/// Tells whether whole texts match a field's pattern, in time linear in the text.
struct PatternMatcher {
  private let expression: RegularExpression

  /// Creates a matcher. The pattern must have been checked when the rules were read.
  init(_ pattern: String) {
    do {
      expression = try RegularExpression(pattern)
    } catch {
      preconditionFailure("the pattern \(pattern) was not checked: \(error)")
    }
  }

  /// Whether `pattern` can be matched at all.
  static func isValid(_ pattern: String) -> Bool { (try? RegularExpression(pattern)) != nil }

  /// Whether all of `text` matches.
  func matchesWhole(_ text: String) -> Bool { expression.wholeMatches(text) }
}
