extension Cell: CustomStringConvertible {
  /// The value as identities and findings write it: numbers without trailing zeros, dates in ISO form, moments in UTC,
  /// null and unknown as nothing.
  public var description: String {
    switch self {
    case .null, .unknown: ""
    case .integer(let value): String(value)
    case .decimal(let value): value.description
    case .boolean(let value): value ? "true" : "false"
    case .text(let value): value
    case .date(let date): CivilCalendar.text(date.dayNumber)
    case .interval(let from, let through):
      CivilCalendar.text(from.dayNumber) + ".." + CivilCalendar.text(through.dayNumber)
    case .timestamp(let microseconds): Self.text(ofMoment: microseconds)
    }
  }

  private static func text(ofMoment microseconds: Int64) -> String {
    let day = Rational(reducedNumerator: Int128(microseconds), denominator: 1)
    let days = day.divided(by: 86_400_000_000)?.floor ?? 0
    let rest = Int(Int128(microseconds) - days * 86_400_000_000)
    let clock = [rest / 3_600_000_000, rest / 60_000_000 % 60, rest / 1_000_000 % 60].map {
      CivilCalendar.padded($0, 2)
    }
    var fraction = CivilCalendar.padded(rest % 1_000_000, 6)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let seconds = clock.joined(separator: ":") + (fraction.isEmpty ? "" : "." + fraction)
    return CivilCalendar.text(Int32(days)) + "T" + seconds + "Z"
  }
}
