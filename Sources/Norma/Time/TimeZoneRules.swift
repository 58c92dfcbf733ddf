/// A time zone: which offset from UTC holds at which moment.
public struct TimeZoneRules: Hashable, Sendable {
  /// Where the offsets come from.
  public enum Origin: Hashable, Sendable {
    /// The time zone database of the machine.
    case database
    /// One offset that always holds, as the zone's name says.
    case fixed
    /// One offset that stands in for the time zone database, which the machine lacks: right for moments since 1991
    /// only.
    case standIn
  }

  /// The name, `Asia/Shanghai`, `UTC` or `+08:00`.
  public let name: String

  /// Where the offsets come from.
  public let origin: Origin

  /// The moments at which another offset begins to hold, in seconds since 1970 UTC, ascending.
  private let transitions: [Int64]

  /// The offset before the first transition, and after that the one that each begins, in seconds east.
  private let offsets: [Int32]

  /// The rule for moments after the last transition; without one, the last offset stays.
  private let recurring: RecurringOffset?

  /// Creates a zone of a single offset, in seconds east of UTC.
  init(name: String, origin: Origin, offset: Int32) {
    self.init(name: name, origin: origin, transitions: [], offsets: [offset], recurring: nil)
  }

  /// Creates a zone from its transitions; there is one offset more than transitions.
  init(name: String, origin: Origin, transitions: [Int64], offsets: [Int32], recurring: RecurringOffset?) {
    precondition(offsets.count == transitions.count + 1, "a zone needs one offset more than transitions")
    self.name = name
    self.origin = origin
    self.transitions = transitions
    self.offsets = offsets
    self.recurring = recurring
  }

  /// Coordinated Universal Time.
  public static let utc = TimeZoneRules(name: "UTC", origin: .fixed, offset: 0)

  /// Creates a zone whose offset never changes, in seconds east of UTC; nil if it is a day or more.
  public static func fixed(secondsEast offset: Int32) -> TimeZoneRules? {
    guard offset > -86_400, offset < 86_400 else { return nil }
    let minutes = Int(offset.magnitude) / 60
    let time = "\(zeroPadded(minutes / 60, to: 2)):\(zeroPadded(minutes % 60, to: 2))"
    return TimeZoneRules(name: (offset < 0 ? "-" : "+") + time, origin: .fixed, offset: offset)
  }
}

// MARK: - Conversions

extension TimeZoneRules {
  /// Gives the offset that holds at a moment, in seconds east; `seconds` counts from 1970 UTC. Logarithmic in the
  /// number of transitions.
  public func offset(atSeconds seconds: Int64) -> Int32 {
    if let last = transitions.last, seconds < last {
      var low = 0
      var high = transitions.count - 1
      while low < high {
        let middle = low + (high - low) / 2
        if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
      }
      return offsets[low]
    }
    return recurring?.offset(atSeconds: seconds) ?? offsets[offsets.count - 1]
  }

  /// Gives the moment of a local date and time, which is given as the microseconds from 1970-01-01 as if it were in
  /// UTC; nil if it leaves the years 1 to 9999 in UTC.
  ///
  /// A local time that occurs twice, as clocks go back, is the first of the two. One that doesn't occur, as clocks go
  /// forward, is read with the offset before the change.
  public func timestamp(localMicroseconds local: Int64) -> Timestamp? {
    let seconds = local.dividedDown(by: 1_000_000)
    let before = Int64(offset(atSeconds: seconds - 86_400))
    let after = Int64(offset(atSeconds: seconds + 86_400))
    let holds = before == after || Int64(offset(atSeconds: seconds - before)) == before
    let isAfter = !holds && Int64(offset(atSeconds: seconds - after)) == after
    return Timestamp(exactly: local - (isAfter ? after : before) * 1_000_000)
  }
}

extension CivilDate {
  /// Gives the day of a moment in a time zone; nil if there it is outside the years 1 to 9999.
  public init?(_ timestamp: Timestamp, in zone: TimeZoneRules) {
    let seconds = timestamp.seconds
    self.init(exactly: Int((seconds + Int64(zone.offset(atSeconds: seconds))).dividedDown(by: 86_400)))
  }
}
