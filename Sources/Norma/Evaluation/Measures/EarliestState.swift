/// The first day of a group's rows.
struct EarliestState: MeasureState {
  private var earliest = EarliestDay()

  init(_ measure: Measure) {}

  mutating func add(_ row: Contribution) {
    if row.having == .no { return }
    guard let day = row.day.exact else {
      // It may have come in on any day, so also on the very first.
      earliest.add(possible: CivilDate(dayNumber: .min))
      return
    }
    if row.isCertain, row.having == .yes {
      earliest.add(certain: CivilDate(dayNumber: day))
    } else {
      earliest.add(possible: CivilDate(dayNumber: day))
    }
  }

  mutating func formUnion(_ other: EarliestState) {
    if let date = other.earliest.certain { earliest.add(certain: date) }
    earliest.addPossible(other.earliest)
  }

  mutating func addPossible(_ other: EarliestState) {
    earliest.addPossible(other.earliest)
  }

  func figures(in days: MeasuredDays) -> Figures { .earliest(earliest) }
}
