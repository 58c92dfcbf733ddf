/// A length of time with nanoseconds, at most about 292 years either way: as many as 64 bits hold.
public struct Duration: Hashable, Comparable, Sendable {
  /// The nanoseconds.
  public let nanoseconds: Int128

  /// Creates a duration, nil where it is too long.
  public init?(nanoseconds: Int128) {
    guard Int64(exactly: nanoseconds) != nil else { return nil }
    self.nanoseconds = nanoseconds
  }

  /// Orders durations by length.
  public static func < (left: Duration, right: Duration) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The whole seconds, towards zero.
  var seconds: Int64 { Int64(nanoseconds / 1_000_000_000) }

  /// Reads `1h30m`, `-1.5s`, `3ms`, `2us` or `7ns`, in any combination.
  init?(_ text: String) {
    var rest = text[...]
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    if rest == "0" {
      self.init(nanoseconds: 0)
      return
    }
    var sum: Int128 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      let units: [Substring: Int128] = [
        "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "µs": 1000,
        "ns": 1,
      ]
      let parts = number.split(separator: ".", omittingEmptySubsequences: false)
      guard let scale = units[unit], (1...2).contains(parts.count), number != ".", parts[0].count <= 15 else {
        return nil
      }
      guard let whole = parts[0].isEmpty ? 0 : Int128(parts[0]) else { return nil }
      sum += whole * scale
      if parts.count == 2, !parts[1].isEmpty {
        let digits = parts[1].prefix(18)
        guard let fraction = Int128(digits) else { return nil }
        var divisor: Int128 = 1
        for _ in digits { divisor *= 10 }
        sum += fraction * scale / divisor
      }
      if sum > 1 << 90 { return nil }
    }
    self.init(nanoseconds: isNegative ? -sum : sum)
  }

  /// The duration in seconds, such as `1.5s`.
  var text: String {
    let sign = nanoseconds < 0 ? "-" : ""
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    return "\(sign)\(whole)\(Timestamp.fraction(UInt64(rest)))s"
  }
}

/// A point of time with nanoseconds, in the years 1 to 9999.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// The nanoseconds since 1970-01-01T00:00:00Z.
  public let nanoseconds: Int128

  private static let first: Int128 = -62_135_596_800 * 1_000_000_000
  private static let end: Int128 = 253_402_300_800 * 1_000_000_000

  /// Creates a timestamp, nil outside the years 1 to 9999.
  public init?(nanoseconds: Int128) {
    guard nanoseconds >= Self.first, nanoseconds < Self.end else { return nil }
    self.nanoseconds = nanoseconds
  }

  /// Orders timestamps by time.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The whole seconds since 1970, downwards.
  public var seconds: Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return Int64(remainder < 0 ? quotient - 1 : quotient)
  }

  /// The nanoseconds within the second.
  var nanosecond: UInt64 { UInt64(nanoseconds - Int128(seconds) * 1_000_000_000) }

  /// Reads the form of RFC 3339, such as `2009-02-13T23:31:30.5Z`.
  init?(_ text: String) {
    var scanner = Scanner(text)
    guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
      let day = scanner.number(2), scanner.take("T") || scanner.take("t") || scanner.take(" "),
      let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2), scanner.take(":"),
      let second = scanner.number(2), year > 0, (1...12).contains(month), (1...Self.days(month, year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let fraction = scanner.take(".") ? scanner.fraction() : 0
    guard let fraction, let offset = scanner.offset(), scanner.isAtEnd else { return nil }
    let days = Self.dayNumber(year, month, day)
    let seconds = Int128(days) * 86400 + Int128(hour * 3600 + minute * 60 + second) - Int128(offset)
    self.init(nanoseconds: seconds * 1_000_000_000 + fraction)
  }

  private struct Scanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
      rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(character.value) else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func number(_ digits: Int) -> Int? {
      let text = rest.prefix(digits)
      guard text.count == digits, text.allSatisfy({ (48...57).contains($0) }) else { return nil }
      rest = rest.dropFirst(digits)
      return text.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    mutating func fraction() -> Int128? {
      let digits = rest.prefix { (48...57).contains($0) }
      guard (1...9).contains(digits.count) else { return nil }
      rest = rest.dropFirst(digits.count)
      var value = digits.reduce(Int128(0)) { $0 * 10 + Int128($1 - 48) }
      for _ in digits.count..<9 { value *= 10 }
      return value
    }

    mutating func offset() -> Int? {
      if take("Z") || take("z") { return 0 }
      let sign = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60 else {
        return nil
      }
      return sign * (hours * 3600 + minutes * 60)
    }
  }

  /// The form of RFC 3339 in UTC.
  var text: String {
    let parts = CivilTime(seconds: seconds)
    func pad(_ number: Int, _ width: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(pad(parts.year, 4))-\(pad(parts.month))-\(pad(parts.day))T\(pad(parts.hour)):\(pad(parts.minute)):"
      + "\(pad(parts.second))\(Self.fraction(nanosecond))Z"
  }

  static func fraction(_ nanoseconds: UInt64) -> String {
    if nanoseconds == 0 { return "" }
    var digits = String(nanoseconds)
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "." + digits
  }

  static func days(_ month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // The year begins in March, so that the leap day is its last.
    let marchYear = month <= 2 ? year - 1 : year
    let marchMonth = month <= 2 ? month + 9 : month - 3
    return 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400 + (153 * marchMonth + 2) / 5 + day
      - 719_469
  }
}

/// The parts of a local time.
struct CivilTime {
  let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
  let weekday: Int, dayOfYear: Int

  /// Takes apart a count of seconds since 1970-01-01T00:00:00 of local time.
  init(seconds: Int64) {
    var days = Int(seconds / 86400)
    var rest = Int(seconds % 86400)
    if rest < 0 {
      days -= 1
      rest += 86400
    }
    hour = rest / 3600
    minute = rest / 60 % 60
    second = rest % 60
    weekday = ((days + 4) % 7 + 7) % 7
    var year = 1970 + days / 366
    while Timestamp.dayNumber(year + 1, 1, 1) <= days { year += 1 }
    while Timestamp.dayNumber(year, 1, 1) > days { year -= 1 }
    dayOfYear = days - Timestamp.dayNumber(year, 1, 1)
    var month = 1
    var day = dayOfYear
    while day >= Timestamp.days(month, year) {
      day -= Timestamp.days(month, year)
      month += 1
    }
    self.year = year
    self.month = month
    self.day = day + 1
  }
}
