/// The parts of a regular expression.
indirect enum RegularExpressionNode: Sendable {
  case empty
  case scalars(ScalarSet)
  case assertion(Assertion)
  case sequence([RegularExpressionNode])
  case alternatives([RegularExpressionNode])
  case repeated(RegularExpressionNode, least: Int, most: Int?)

  /// A condition on a place in the text.
  enum Assertion: Sendable {
    case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary

    func holds(in text: [Unicode.Scalar], at place: Int) -> Bool {
      switch self {
      case .textStart: place == 0
      case .textEnd: place == text.count
      case .lineStart: place == 0 || text[place - 1] == "\n"
      case .lineEnd: place == text.count || text[place] == "\n"
      case .wordBoundary: isBoundary(text, place)
      case .noWordBoundary: !isBoundary(text, place)
      }
    }

    private func isBoundary(_ text: [Unicode.Scalar], _ place: Int) -> Bool {
      let before = place > 0 && ScalarSet.word.contains(text[place - 1])
      let after = place < text.count && ScalarSet.word.contains(text[place])
      return before != after
    }
  }
}

/// A set of Unicode scalars.
struct ScalarSet: Sendable {
  private var ranges: [ClosedRange<UInt32>] = []
  private var categories: [Category] = []
  private var isNegated = false
  private var ignoresCase = false

  /// A property of scalars; negated where `isNegated`.
  struct Category: Sendable {
    let name: String
    let isNegated: Bool
  }

  static let digits = ScalarSet(ranges: [0x30...0x39])
  static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let blanks = ScalarSet(ranges: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
  static let all = ScalarSet(ranges: [0...0x10FFFF])
  static let allButLineFeed = ScalarSet(ranges: [0...0x09, 0x0B...0x10FFFF])

  init(ranges: [ClosedRange<UInt32>] = []) {
    self.ranges = ranges
  }

  init(_ scalar: Unicode.Scalar, ignoresCase: Bool) {
    ranges = [scalar.value...scalar.value]
    self.ignoresCase = ignoresCase
  }

  /// Creates the set of a Unicode category or script; nil for one that is not supported.
  init?(category name: String, isNegated: Bool) {
    guard Self.supported.contains(name) else { return nil }
    categories = [Category(name: name, isNegated: isNegated)]
  }

  mutating func insert(_ range: ClosedRange<UInt32>) {
    ranges.append(range)
  }

  mutating func formUnion(_ other: ScalarSet) {
    if other.isNegated {
      // A negated class inside a class, such as `[\D]`: its complement in ranges.
      ranges += other.complement
    } else {
      ranges += other.ranges
    }
    categories += other.categories
  }

  func negated() -> ScalarSet {
    var set = self
    set.isNegated.toggle()
    return set
  }

  func ignoringCase() -> ScalarSet {
    var set = self
    set.ignoresCase = true
    return set
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var found = holds(scalar)
    if !found, ignoresCase {
      found = holds(scalar.lower) || holds(scalar.upper)
    }
    return found != isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) }
      || categories.contains { Self.has(scalar, $0.name) != $0.isNegated }
  }

  private var complement: [ClosedRange<UInt32>] {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
    return gaps
  }

  private static let supported: Set<String> = [
    "L", "Lu", "Ll", "N", "Nd", "P", "S", "Z", "Zs", "M", "Han", "Latin", "Greek", "Cyrillic",
  ]

  private static func has(_ scalar: Unicode.Scalar, _ name: String) -> Bool {
    let value = scalar.value
    switch name {
    case "Han":
      return scalar.properties.isIdeographic || (0x2E80...0x2FD5).contains(value) || value == 0x3005 || value == 0x3007
    case "Latin":
      return scalar.properties.isAlphabetic
        && (value < 0x250 || (0x1E00...0x1EFF).contains(value) || (0xFF21...0xFF5A).contains(value))
    case "Greek": return (0x370...0x3FF).contains(value) || (0x1F00...0x1FFF).contains(value)
    case "Cyrillic": return (0x400...0x52F).contains(value)
    default: break
    }
    let category: String
    switch scalar.properties.generalCategory {
    case .uppercaseLetter: category = "Lu"
    case .lowercaseLetter: category = "Ll"
    case .titlecaseLetter, .modifierLetter, .otherLetter: category = "Lo"
    case .decimalNumber: category = "Nd"
    case .letterNumber, .otherNumber: category = "No"
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      category = "P"
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: category = "S"
    case .spaceSeparator: category = "Zs"
    case .lineSeparator, .paragraphSeparator: category = "Zl"
    case .nonspacingMark, .spacingMark, .enclosingMark: category = "M"
    default: category = "C"
    }
    return name.count == 1 ? category.hasPrefix(name) : category == name
  }
}

extension Unicode.Scalar {
  fileprivate var lower: Unicode.Scalar {
    let text = properties.lowercaseMapping.unicodeScalars
    return text.count == 1 ? text[text.startIndex] : self
  }

  fileprivate var upper: Unicode.Scalar {
    let text = properties.uppercaseMapping.unicodeScalars
    return text.count == 1 ? text[text.startIndex] : self
  }
}
