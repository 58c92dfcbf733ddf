/// Finds the name that someone probably meant.
enum Suggestion {
  /// Returns the candidate nearest to `text` by edit distance with transpositions, if it is near enough to be worth
  /// asking: at most a third of its length, and at least one edit. What is longer than any name is near none.
  /// O(candidates × length²).
  static func nearest(to text: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(text)
    guard wanted.count <= longest else { return nil }
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate != text {
      let other = folded(candidate)
      let limit = max(1, max(wanted.count, other.count) / 3)
      guard abs(wanted.count - other.count) <= limit else { continue }
      let distance = distance(wanted, other)
      if distance <= limit, best.map({ (distance, candidate) < ($0.distance, $0.name) }) ?? true {
        best = (distance, candidate)
      }
    }
    return best?.name
  }

  /// The length of the longest text that is taken for a slip of the pen.
  private static let longest = 80

  private static func folded(_ text: String) -> [Unicode.Scalar] {
    text.lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }
  }

  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for i in left.indices {
      var current = [i + 1]
      current.reserveCapacity(right.count + 1)
      for j in right.indices {
        var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          best = min(best, beforePrevious[j - 1] + 1)
        }
        current.append(best)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
