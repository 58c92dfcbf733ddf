extension FunctionLibrary {
  mutating func addTimes(timeZone: @escaping @Sendable (String, Int64) -> Int?) {
    let parts: [(String, @Sendable (CivilTime, Timestamp) -> Int)] = [
      ("getFullYear", { time, _ in time.year }), ("getMonth", { time, _ in time.month - 1 }),
      ("getDayOfYear", { time, _ in time.dayOfYear }), ("getDayOfMonth", { time, _ in time.day - 1 }),
      ("getDate", { time, _ in time.day }), ("getDayOfWeek", { time, _ in time.weekday }),
      ("getHours", { time, _ in time.hour }), ("getMinutes", { time, _ in time.minute }),
      ("getSeconds", { time, _ in time.second }),
      ("getMilliseconds", { _, timestamp in Int(timestamp.nanosecond / 1_000_000) }),
    ]
    for (name, part) in parts {
      add(name) { arguments in
        guard (1...2).contains(arguments.count), case .timestamp(let time) = arguments[0] else { return nil }
        var offset = 0
        if arguments.count == 2 {
          guard case .string(let zone) = arguments[1] else { return nil }
          guard let known = Self.fixedOffset(zone) ?? timeZone(zone, time.seconds) else {
            return .failure(.invalidArgument("no such time zone: \(zone)"))
          }
          offset = known
        }
        return .int(Int64(part(CivilTime(seconds: time.seconds + Int64(offset)), time)))
      }
    }
    let lengths: [(String, Int128)] = [
      ("getHours", 3_600_000_000_000), ("getMinutes", 60_000_000_000), ("getSeconds", 1_000_000_000),
    ]
    for (name, unit) in lengths {
      addUnary(name) { if case .duration(let length) = $0 { .int(Int64(length.nanoseconds / unit)) } else { nil } }
    }
    // Of a duration these are the milliseconds within the second, as of a timestamp.
    addUnary("getMilliseconds") { value in
      guard case .duration(let length) = value else { return nil }
      return .int(Int64(length.nanoseconds % 1_000_000_000 / 1_000_000))
    }
  }

  /// Reads `+02:00`, `-02:30` or `02:00`.
  private static func fixedOffset(_ text: String) -> Int? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hours = Int(parts[0]), let minutes = Int(parts[1]),
      (0...23).contains(hours), (0...59).contains(minutes)
    else { return nil }
    return (isNegative ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
