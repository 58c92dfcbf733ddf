/// The number of a group's rows: those that certainly count, and those that may.
struct CountState: MeasureState {
  private var certain: Int32 = 0
  private var possible: Int32 = 0

  init(_ measure: Measure) {}

  mutating func add(_ row: Contribution) {
    add(isCertain: row.isCertain, having: row.having)
  }

  @inline(__always)
  mutating func add(isCertain: Bool, having: Truth) {
    switch (isCertain, having) {
    case (_, .no): break
    case (true, .yes): certain += 1
    default: possible += 1
    }
  }

  mutating func formUnion(_ other: CountState) {
    certain += other.certain
    possible += other.possible
  }

  mutating func addPossible(_ other: CountState) {
    possible += other.certain + other.possible
  }

  func certainlyHas(_ count: Int) -> Bool { certain >= count }

  func figures(in days: MeasuredDays) -> Figures { .count(Bounds(Int(certain), Int(certain) + Int(possible))) }

  func figures(in days: MeasuredDays, swayed: [[SwayedRow]], by count: Int) -> Figures? {
    var (low, high) = (Int(certain), Int(certain) + Int(possible))
    var falls: [Int] = []
    var rises: [Int] = []
    for rows in swayed {
      var base = CountState(.count(where: nil))
      var wide = base
      for row in rows {
        base.add(row.base)
        wide.add(row.wide)
      }
      low += Int(base.certain)
      high += Int(base.certain) + Int(base.possible)
      falls.append(Int(base.certain) - Int(wide.certain))
      rises.append(Int(wide.certain) + Int(wide.possible) - Int(base.certain) - Int(base.possible))
    }
    low -= falls.filter { $0 > 0 }.sorted(by: >).prefix(count).reduce(0, +)
    high += rises.filter { $0 > 0 }.sorted(by: >).prefix(count).reduce(0, +)
    return .count(Bounds(low, max(low, high)))
  }
}
