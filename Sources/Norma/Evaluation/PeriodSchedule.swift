/// The judged periods of a rule, with the period of every day at hand.
///
/// A day's period is one look into a table, so that placing a row costs no search. Periods ascend and share no day.
struct PeriodSchedule: Sendable {
  /// The judged periods in ascending order.
  let periods: [Period]
  /// The first day in `slots`.
  private let start: Int32
  /// For each day from `start` on the place of its period in `periods`, or -1.
  private let slots: [Int32]
  /// Whether the only period is `once`, which may have no beginning.
  private let isOnce: Bool
  /// The last day of the last period, and the window in it: days past `slots` lie in it.
  private let end: Int32
  private let window: PeriodWindow?
  /// How many days of the last period are held in `slots`: it may be long, or have no end in sight.
  private static let reach: Int32 = 4000

  /// A day that lies in no judged period.
  static let none: Int32 = -1

  /// Creates a schedule of ascending periods; a day outside `window` belongs to none. O(days).
  init(periods: [Period], window: PeriodWindow?) {
    self.periods = periods
    self.window = window
    end = periods.last?.last.dayNumber ?? .min
    isOnce = periods.count == 1 && periods[0].unit == .once
    guard !isOnce, let first = periods.first, let last = periods.last else {
      (start, slots) = (0, [])
      return
    }
    start = first.first.dayNumber
    let reach = min(last.last.dayNumber, last.first.dayNumber + Self.reach)
    var slots = [Int32](repeating: -1, count: Int(reach - start) + 1)
    for (slot, period) in periods.enumerated() {
      for day in period.first.dayNumber...min(period.last.dayNumber, reach)
      where window?.contains(CivilDate(dayNumber: day)) ?? true {
        slots[Int(day - start)] = Int32(slot)
      }
    }
    self.slots = slots
  }

  /// Returns the place of the period that holds a day, or ``none``. O(1).
  @inline(__always)
  func slot(ofDay day: Int32) -> Int32 {
    if isOnce {
      let period = periods[0]
      return day <= period.last.dayNumber && day >= period.first.dayNumber ? 0 : Self.none
    }
    let offset = Int(day) - Int(start)
    if offset >= 0 && offset < slots.count { return slots[offset] }
    guard offset >= slots.count, day <= end, window?.contains(CivilDate(dayNumber: day)) ?? true else {
      return Self.none
    }
    return Int32(periods.count - 1)
  }

  /// Returns the first period that ends on or after a day, or ``none``: the one from which on a total holds its rows.
  /// O(log periods).
  func slot(endingFrom day: Int32) -> Int32 {
    var (low, high) = (0, periods.count)
    while low < high {
      let middle = (low + high) / 2
      if periods[middle].last.dayNumber < day { low = middle + 1 } else { high = middle }
    }
    return low < periods.count ? Int32(low) : Self.none
  }

  /// Returns where a row lies of which the day is known to be one from `lower` through `upper`. O(days).
  func slots(from lower: Int32, through upper: Int32, asOf: Int32) -> RowSlot {
    let first = slot(ofDay: lower)
    var isCertain = upper <= asOf
    var (low, high) = (Int32.max, Int32.min)
    // Days outside the judged stretch lie in no period, whatever their number.
    let from = max(lower, isOnce ? lower : start)
    let through = min(upper, asOf, isOnce ? upper : end)
    if from > lower || through < upper { isCertain = isCertain && first == Self.none && from > through }
    var day = from
    while day <= through {
      let slot = slot(ofDay: day)
      if slot != first { isCertain = false }
      if slot != Self.none {
        low = min(low, slot)
        high = max(high, slot)
      }
      day += 1
    }
    guard low <= high else { return .nowhere }
    return isCertain && low == high ? .exactly(low) : .somewhere(low...high)
  }

  /// Every period, for a row that may lie in any.
  var anywhere: RowSlot {
    periods.isEmpty ? .nowhere : .somewhere(0...Int32(periods.count - 1))
  }
}

/// Which period a row counts in.
enum RowSlot: Hashable {
  /// In none that is judged.
  case nowhere
  /// In this one.
  case exactly(Int32)
  /// In one of these, or in none: it isn't known.
  case somewhere(ClosedRange<Int32>)
  /// In all from one on, perhaps also in those before it from another on; with nil only perhaps.
  case onward(certainly: Int32?, possibly: Int32)
}
