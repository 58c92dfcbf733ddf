/// Tells whether whole texts match a field's pattern.
///
/// Characters are Unicode scalars, and nothing but the pattern decides: neither case nor accents are forgiven.
struct PatternMatcher {
  private let regex: Regex<AnyRegexOutput>

  /// Creates a matcher. The pattern must have been checked when the rules were read.
  init(_ pattern: String) {
    do {
      regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
    } catch {
      preconditionFailure("the pattern \(pattern) was not checked: \(error)")
    }
  }

  /// Whether all of `text` matches.
  func matchesWhole(_ text: String) -> Bool {
    // A match that fails for want of stack or time is no match, and the cell stays unknown.
    ((try? regex.wholeMatch(in: text)) ?? nil) != nil
  }
}
