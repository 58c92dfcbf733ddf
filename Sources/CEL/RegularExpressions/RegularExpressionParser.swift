/// Parses the syntax of RE2, without what would need backtracking.
struct RegularExpressionParser {
  private let pattern: [Unicode.Scalar]
  private var place = 0
  private var depth = 0
  private var flags = Flags()

  private struct Flags {
    var ignoresCase = false
    var dotMatchesAll = false
    var isMultiline = false
  }

  init(_ pattern: [Unicode.Scalar]) {
    self.pattern = pattern
  }

  mutating func parse() throws(RegularExpression.Problem) -> RegularExpressionNode {
    let node = try alternatives()
    if place < pattern.count { throw .syntax("unmatched )") }
    return node
  }

  private var scalar: Unicode.Scalar? { place < pattern.count ? pattern[place] : nil }

  private mutating func accept(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard pattern[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func alternatives() throws(RegularExpression.Problem) -> RegularExpressionNode {
    depth += 1
    defer { depth -= 1 }
    if depth > 100 { throw .tooLarge }
    var branches = [try sequence()]
    while accept("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(RegularExpression.Problem) -> RegularExpressionNode {
    var nodes: [RegularExpressionNode] = []
    while let scalar, scalar != "|", scalar != ")" {
      if let node = try atom() { nodes.append(try repeated(node)) }
    }
    return nodes.isEmpty ? .empty : nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func repeated(_ node: RegularExpressionNode) throws(RegularExpression.Problem)
    -> RegularExpressionNode
  {
    var node = node
    var count = 0
    while let scalar {
      let bounds: (Int, Int?)
      switch scalar {
      case "*": bounds = (0, nil)
      case "+": bounds = (1, nil)
      case "?": bounds = (0, 1)
      case "{":
        guard let found = try braces() else { return node }
        bounds = found
        place -= 1
      default: return node
      }
      place += 1
      count += 1
      if count > 1 { throw .syntax("nested repetition") }
      // A lazy repetition finds the same texts: only where a match ends would differ.
      _ = accept("?")
      node = .repeated(node, least: bounds.0, most: bounds.1)
    }
    return node
  }

  /// Reads `{n}`, `{n,}` or `{n,m}`; nil where the brace stands for itself.
  private mutating func braces() throws(RegularExpression.Problem) -> (Int, Int?)? {
    guard let close = pattern[place...].firstIndex(of: "}") else { return nil }
    let parts = String(pattern[(place + 1)..<close]).split(separator: ",", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let least = Int(parts[0]), least >= 0 else { return nil }
    var most: Int? = least
    if parts.count == 2 {
      most = parts[1].isEmpty ? nil : Int(parts[1])
      if most == nil, !parts[1].isEmpty { return nil }
    }
    if least > 1000 || most ?? 0 > 1000 { throw .tooLarge }
    if let most, most < least { throw .syntax("bad repetition") }
    place = close + 1
    return (least, most)
  }

  private mutating func atom() throws(RegularExpression.Problem) -> RegularExpressionNode? {
    guard let scalar else { return nil }
    place += 1
    switch scalar {
    case "(": return try group()
    case "[": return .scalars(try characterClass())
    case ".": return .scalars(flags.dotMatchesAll ? .all : .allButLineFeed)
    case "^": return .assertion(flags.isMultiline ? .lineStart : .textStart)
    case "$": return .assertion(flags.isMultiline ? .lineEnd : .textEnd)
    case "*", "+", "?": throw .syntax("nothing to repeat")
    case "\\": return try escape()
    default: return .scalars(ScalarSet(scalar, ignoresCase: flags.ignoresCase))
    }
  }

  private mutating func group() throws(RegularExpression.Problem) -> RegularExpressionNode? {
    let outer = flags
    if accept("?P<") || accept("?<") {
      guard scalar != "=", scalar != "!", let close = pattern[place...].firstIndex(of: ">"), close > place else {
        throw .syntax("bad group")
      }
      place = close + 1
    } else if accept("?") {
      if try groupFlags() { return nil }
    }
    let node = try alternatives()
    guard accept(")") else { throw .syntax("missing )") }
    flags = outer
    return node
  }

  /// Reads flags up to `:` or `)`; true where the group ends with them, so that they hold from here on.
  private mutating func groupFlags() throws(RegularExpression.Problem) -> Bool {
    var isOn = true
    while let scalar {
      place += 1
      switch scalar {
      case "i": flags.ignoresCase = isOn
      case "s": flags.dotMatchesAll = isOn
      case "m": flags.isMultiline = isOn
      case "U": break
      case "-": isOn = false
      case ":": return false
      case ")": return true
      default: throw .syntax("bad group flag")
      }
    }
    throw .syntax("missing )")
  }

  private mutating func escape() throws(RegularExpression.Problem) -> RegularExpressionNode {
    switch scalar {
    case "A": place += 1; return .assertion(.textStart)
    case "z": place += 1; return .assertion(.textEnd)
    case "b": place += 1; return .assertion(.wordBoundary)
    case "B": place += 1; return .assertion(.noWordBoundary)
    case "Q":
      place += 1
      var nodes: [RegularExpressionNode] = []
      while place < pattern.count, !accept("\\E") {
        nodes.append(.scalars(ScalarSet(pattern[place], ignoresCase: flags.ignoresCase)))
        place += 1
      }
      return .sequence(nodes)
    default:
      let set = try escapedSet()
      return .scalars(flags.ignoresCase ? set.ignoringCase() : set)
    }
  }

  private mutating func escapedSet() throws(RegularExpression.Problem) -> ScalarSet {
    guard let scalar else { throw .syntax("trailing \\") }
    place += 1
    switch scalar {
    case "d": return .digits
    case "D": return ScalarSet.digits.negated()
    case "w": return .word
    case "W": return ScalarSet.word.negated()
    case "s": return .blanks
    case "S": return ScalarSet.blanks.negated()
    case "p", "P": return try category(isNegated: scalar == "P")
    default: return ScalarSet(try escapedScalar(scalar), ignoresCase: false)
    }
  }

  private mutating func escapedScalar(_ scalar: Unicode.Scalar) throws(RegularExpression.Problem) -> Unicode.Scalar {
    switch scalar {
    case "a": return "\u{7}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{B}"
    case "x":
      let digits: String
      if accept("{") {
        guard let close = pattern[place...].firstIndex(of: "}") else { throw .syntax("bad escape") }
        digits = String(pattern[place..<close])
        place = close + 1
      } else {
        digits = String(pattern[place..<min(place + 2, pattern.count)])
        place += 2
      }
      guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value), place <= pattern.count else {
        throw .syntax("bad escape")
      }
      return scalar
    default:
      if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
        throw .syntax("unknown escape \\\(scalar)")
      }
      return scalar
    }
  }

  private mutating func category(isNegated: Bool) throws(RegularExpression.Problem) -> ScalarSet {
    var name: String
    if accept("{") {
      guard let close = pattern[place...].firstIndex(of: "}") else { throw .syntax("bad category") }
      name = String(pattern[place..<close])
      place = close + 1
    } else {
      guard let scalar else { throw .syntax("bad category") }
      name = String(scalar)
      place += 1
    }
    var isNegated = isNegated
    if name.hasPrefix("^") {
      name.removeFirst()
      isNegated.toggle()
    }
    guard let set = ScalarSet(category: name, isNegated: isNegated) else { throw .syntax("unknown category \(name)") }
    return set
  }

  private mutating func characterClass() throws(RegularExpression.Problem) -> ScalarSet {
    let isNegated = accept("^")
    var set = ScalarSet()
    var isFirst = true
    while true {
      guard let scalar else { throw .syntax("missing ]") }
      if scalar == "]", !isFirst { break }
      isFirst = false
      if accept("[:") {
        set.formUnion(try namedClass())
        continue
      }
      place += 1
      var low = scalar
      if scalar == "\\" {
        guard let escaped = self.scalar else { throw .syntax("trailing \\") }
        if "dDwWsSpP".unicodeScalars.contains(escaped) {
          set.formUnion(try escapedSet())
          continue
        }
        place += 1
        low = try escapedScalar(escaped)
      }
      var high = low
      if self.scalar == "-", place + 1 < pattern.count, pattern[place + 1] != "]" {
        place += 1
        high = pattern[place]
        place += 1
        if high == "\\" {
          guard let escaped = self.scalar else { throw .syntax("trailing \\") }
          place += 1
          high = try escapedScalar(escaped)
        }
      }
      guard low <= high else { throw .syntax("bad range") }
      set.insert(low.value...high.value)
    }
    place += 1
    if flags.ignoresCase { set = set.ignoringCase() }
    return isNegated ? set.negated() : set
  }

  private mutating func namedClass() throws(RegularExpression.Problem) -> ScalarSet {
    let names: [(String, [ClosedRange<UInt32>])] = [
      ("alnum", [0x30...0x39, 0x41...0x5A, 0x61...0x7A]), ("alpha", [0x41...0x5A, 0x61...0x7A]),
      ("digit", [0x30...0x39]), ("lower", [0x61...0x7A]), ("upper", [0x41...0x5A]),
      ("blank", [0x09...0x09, 0x20...0x20]),
      ("punct", [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]), ("space", [0x09...0x0D, 0x20...0x20]),
      ("word", [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]),
      ("xdigit", [0x30...0x39, 0x41...0x46, 0x61...0x66]), ("cntrl", [0...0x1F, 0x7F...0x7F]),
      ("ascii", [0...0x7F]), ("graph", [0x21...0x7E]), ("print", [0x20...0x7E]),
    ]
    let isNegated = accept("^")
    for (name, ranges) in names where accept(name + ":]") {
      let set = ScalarSet(ranges: ranges)
      return isNegated ? set.negated() : set
    }
    throw .syntax("unknown class")
  }
}
