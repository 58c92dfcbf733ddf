/// Days; a cell with a time is its day, as it is written.
struct DateDecoder: CellDecoder {
  let limits: FieldLimits<Int32>
  let placeholder = CivilDate.noDay

  func decode(_ cell: borrowing Span<UInt8>) -> Decoded<Int32> {
    guard let date = DateText(cell), date.isDay else { return .problem(.notADate) }
    return Decoded(date.lower, unless: limits.problem(of: date.lower))
  }
}

/// Days of which some part may be left open; limits narrow the days that are possible.
struct PartialDateDecoder: CellDecoder {
  let limits: FieldLimits<Int32>
  let placeholder = DayInterval(lower: 0, upper: 0)

  func decode(_ cell: borrowing Span<UInt8>) -> Decoded<DayInterval> {
    guard let date = DateText(cell) else { return .problem(.notADate) }
    var lower = date.lower
    var upper = date.upper
    if let oneOf = limits.oneOf {
      let possible = oneOf.filter { $0 >= lower && $0 <= upper }
      guard let first = possible.min(), let last = possible.max() else { return .problem(.notOneOf) }
      lower = first
      upper = last
    }
    if let minimum = limits.minimum {
      guard upper >= minimum else { return .problem(.belowMinimum) }
      lower = max(lower, minimum)
    }
    if let maximum = limits.maximum {
      guard lower <= maximum else { return .problem(.aboveMaximum) }
      upper = min(upper, maximum)
    }
    return .value(DayInterval(lower: lower, upper: upper))
  }
}

/// The days on which a date may lie, both included.
struct DayInterval {
  let lower: Int32
  let upper: Int32
}

/// Moments; a time without an offset is that of the project's zone, and a day without a time is its midnight.
struct TimestampDecoder: CellDecoder {
  private let limits: FieldLimits<Int64>
  /// The days allowed, as moments from their first to their last; nil for any.
  private let oneOf: [ClosedRange<Int64>]?
  private let moment: LocalTime
  let placeholder: Int64 = 0

  init(_ constraint: FieldConstraint, _ context: DecodingContext) {
    let days = FieldLimits<Int32>(constraint, asOf: context.asOf)
    let midnight = { (day: Int32) in context.localTime(Int64(day) * Self.day) }
    // A limit is a day, and both of its ends belong to it.
    self.limits = FieldLimits(
      oneOf: nil, minimum: days.minimum.map(midnight), maximum: days.maximum.map { midnight($0 + 1) - 1 })
    self.oneOf = days.oneOf?.map { midnight($0)...(midnight($0 + 1) - 1) }
    self.moment = context.localTime
  }

  private static let day: Int64 = 86_400_000_000

  func decode(_ cell: borrowing Span<UInt8>) -> Decoded<Int64> {
    guard let date = DateText(cell), date.isDay else { return .problem(.notATimestamp) }
    let local = Int64(date.lower) * Self.day + (date.time?.microseconds ?? 0)
    let value = date.time?.offset.map { local - $0 * 1_000_000 } ?? moment(local)
    if let oneOf, !oneOf.contains(where: { $0.contains(value) }) { return .problem(.notOneOf) }
    return Decoded(value, unless: limits.problem(of: value))
  }
}
