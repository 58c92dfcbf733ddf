/// Fills a text with values (extension "strings", `format`).
struct StringFormat {
  /// The text, or an error.
  let result: Value

  init(_ pattern: String, _ values: [Value]) {
    do {
      result = .string(try Self.fill(Array(pattern.unicodeScalars), values))
    } catch {
      result = .failure(.invalidArgument(error.text))
    }
  }

  private struct Failure: Error {
    let text: String
  }

  private static func fill(_ pattern: [Unicode.Scalar], _ values: [Value]) throws(Failure) -> String {
    var text = ""
    var place = 0
    var next = 0
    while place < pattern.count {
      let scalar = pattern[place]
      place += 1
      guard scalar == "%" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      guard place < pattern.count else { throw Failure(text: "unexpected end of format string") }
      if pattern[place] == "%" {
        text += "%"
        place += 1
        continue
      }
      var precision: Int?
      if pattern[place] == "." {
        let digits = pattern[(place + 1)...].prefix { ("0"..."9").contains($0) }
        guard let number = Int(String(digits)), number <= 100 else { throw Failure(text: "invalid precision") }
        precision = number
        place += 1 + digits.count
      }
      guard place < pattern.count else { throw Failure(text: "unexpected end of format string") }
      let clause = pattern[place]
      place += 1
      guard "sdfeboxX".unicodeScalars.contains(clause) else {
        throw Failure(text: "could not parse formatting clause: unrecognized formatting clause \"\(clause)\"")
      }
      guard next < values.count else { throw Failure(text: "index \(next) out of range") }
      text += try one(values[next], clause, precision)
      next += 1
    }
    return text
  }

  private static func one(_ value: Value, _ clause: Unicode.Scalar, _ precision: Int?) throws(Failure) -> String {
    switch clause {
    case "s": return try string(value)
    case "d": return try decimal(value)
    case "f", "e":
      let number = try double(value)
      if number.isNaN || number.isInfinite { return number.celText }
      let digits = DecimalDigits(number)
      return clause == "f" ? digits.fixed(precision ?? 6) : digits.scientific(precision ?? 6)
    case "b": return try radix(value, 2, "only integers and bools can be formatted as binary")
    case "o": return try radix(value, 8, "octal clause can only be used on integers")
    default:
      let text = try hexadecimal(value)
      return clause == "X" ? text.uppercased() : text
    }
  }

  private static func string(_ value: Value) throws(Failure) -> String {
    switch value {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .uint(let value): return String(value)
    case .double(let value): return value.celText
    case .string(let text): return text
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .timestamp(let time): return time.text
    case .duration(let duration): return duration.text
    case .type(let name): return name
    case .list(let values):
      var texts: [String] = []
      for value in values { texts.append(try string(value)) }
      return "[" + texts.joined(separator: ", ") + "]"
    case .map(let map):
      var texts: [String] = []
      for (key, value) in map.entries { texts.append(try string(key) + ": " + string(value)) }
      return "{" + texts.sorted().joined(separator: ", ") + "}"
    default:
      throw Failure(
        text: "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, "
          + "durations, and timestamps, was given \(value.typeName)")
    }
  }

  private static func decimal(_ value: Value) throws(Failure) -> String {
    switch value {
    case .int(let value): return String(value)
    case .uint(let value): return String(value)
    case .double(let value) where value.isNaN || value.isInfinite: return value.celText
    default: throw Failure(text: "decimal clause can only be used on integers, was given \(value.typeName)")
    }
  }

  private static func double(_ value: Value) throws(Failure) -> Double {
    switch value {
    case .double(let value): return value
    case .int(let value): return Double(value)
    case .uint(let value): return Double(value)
    default: throw Failure(text: "fixed-point clause can only be used on doubles, was given \(value.typeName)")
    }
  }

  private static func radix(_ value: Value, _ radix: Int, _ problem: String) throws(Failure) -> String {
    switch value {
    case .int(let value): return String(value, radix: radix)
    case .uint(let value): return String(value, radix: radix)
    case .bool(let value) where radix == 2: return value ? "1" : "0"
    default: throw Failure(text: "\(problem), was given \(value.typeName)")
    }
  }

  private static func hexadecimal(_ value: Value) throws(Failure) -> String {
    func digits(_ bytes: some Sequence<UInt8>) -> String {
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    switch value {
    case .int(let value): return String(value, radix: 16)
    case .uint(let value): return String(value, radix: 16)
    case .string(let text): return digits(text.utf8)
    case .bytes(let bytes): return digits(bytes)
    default:
      throw Failure(
        text: "only integers, byte buffers, and strings can be formatted as hex, was given \(value.typeName)")
    }
  }
}

/// The exact decimal digits of a double, for rounding half to even at any place.
struct DecimalDigits {
  private let isNegative: Bool
  /// The digits before the point, without leading zeros.
  private let whole: [UInt8]
  private let fraction: [UInt8]

  /// Expands a finite number; every double has a decimal form that ends. O(digits²), at most about 1,100 digits.
  init(_ number: Double) {
    isNegative = number.sign == .minus && number != 0
    let exponent = number == 0 ? 0 : Int(number.exponent) - 52
    var digits: [UInt8] = number == 0 ? [0] : String(UInt64(number.significand.magnitude * 0x1p52)).utf8.map { $0 - 48 }
    var places = 0
    if exponent > 0 {
      for _ in 0..<exponent { digits = Self.times(digits, 2) }
    } else {
      for _ in 0..<(-exponent) {
        digits = Self.times(digits, 5)
        places += 1
      }
    }
    if digits.count <= places { digits = [UInt8](repeating: 0, count: places - digits.count + 1) + digits }
    whole = Array(digits[..<(digits.count - places)].drop { $0 == 0 })
    fraction = Array(digits[(digits.count - places)...])
  }

  private static func times(_ digits: [UInt8], _ factor: UInt8) -> [UInt8] {
    var result = digits
    var carry: UInt8 = 0
    for place in result.indices.reversed() {
      let product = result[place] * factor + carry
      result[place] = product % 10
      carry = product / 10
    }
    return carry > 0 ? [carry] + result : result
  }

  /// Returns the digits rounded to `count` of them, half to even, and whether rounding made one more.
  private static func rounded(_ digits: [UInt8], keeping count: Int) -> (digits: [UInt8], grew: Bool) {
    if digits.count <= count { return (digits + [UInt8](repeating: 0, count: count - digits.count), false) }
    var kept = Array(digits[..<count])
    let rest = digits[count...]
    let isUp: Bool
    if rest.first == 5, rest.dropFirst().allSatisfy({ $0 == 0 }) {
      isUp = (kept.last ?? 0) % 2 == 1
    } else {
      isUp = (rest.first ?? 0) >= 5
    }
    guard isUp else { return (kept, false) }
    for place in kept.indices.reversed() {
      if kept[place] < 9 {
        kept[place] += 1
        return (kept, false)
      }
      kept[place] = 0
    }
    return ([1] + kept, true)
  }

  func fixed(_ places: Int) -> String {
    let (digits, _) = Self.rounded((whole.isEmpty ? [0] : whole) + fraction, keeping: max(1, whole.count) + places)
    let text = digits.map(String.init).joined()
    let point = text.index(text.endIndex, offsetBy: -places)
    return (isNegative ? "-" : "") + text[..<point] + (places > 0 ? "." + text[point...] : "")
  }

  func scientific(_ places: Int) -> String {
    let all = whole + fraction
    let leading = all.prefix { $0 == 0 }.count
    var exponent = leading == all.count ? 0 : whole.isEmpty ? -leading - 1 : whole.count - 1
    let significant = leading == all.count ? [0] : Array(all[leading...])
    var (digits, grew) = Self.rounded(significant, keeping: places + 1)
    if grew {
      exponent += 1
      digits.removeLast()
    }
    let text = digits.map(String.init).joined()
    let power = String(abs(exponent))
    let fraction = places > 0 ? "." + text.dropFirst() : ""
    return (isNegative ? "-" : "") + text.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+")
      + (power.count < 2 ? "0" + power : power)
  }
}
