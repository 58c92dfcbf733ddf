/// What is kept of a group while its rows go by.
///
/// A state is a plain value of fixed size: a table of groups is one array.
protocol MeasureState: Hashable, Sendable {
  /// The state of no rows.
  init()

  /// Takes in a row. `having` is the truth of the measured condition; `day` is the row's own day, nil where it isn't
  /// known.
  mutating func add(isCertain: Bool, having: Truth, day: Int32?)

  /// Takes in the rows of `other`, none of which certainly belongs to this group.
  mutating func addPossible(_ other: Self)

  /// The figure.
  var figures: Figures { get }

  /// Whether a row of a finding is evidence: one that lacks what is asked, or one that was counted.
  static func isEvidence(isCertain: Bool, having: Truth) -> Bool
}

extension ShareCounts: MeasureState {
  mutating func add(isCertain: Bool, having: Truth, day: Int32?) {
    add(certain: isCertain, having: having)
  }

  var figures: Figures { .share(self) }

  static func isEvidence(isCertain: Bool, having: Truth) -> Bool { isCertain && having == .no }
}

/// The number of a group's rows: those that certainly count, and those that may.
struct CountBounds: MeasureState {
  private var certain: Int32 = 0
  private var possible: Int32 = 0

  mutating func add(isCertain: Bool, having: Truth, day: Int32?) {
    switch (isCertain, having) {
    case (_, .no): break
    case (true, .yes): certain += 1
    default: possible += 1
    }
  }

  mutating func addPossible(_ other: CountBounds) {
    possible += other.certain + other.possible
  }

  var figures: Figures { .count(Bounds(Int(certain), Int(certain) + Int(possible))) }

  static func isEvidence(isCertain: Bool, having: Truth) -> Bool { isCertain && having == .yes }
}

extension EarliestDay: MeasureState {
  mutating func add(isCertain: Bool, having: Truth, day: Int32?) {
    if having == .no { return }
    guard let day else {
      // It may have come in on any day, so also on the very first.
      add(possible: CivilDate(dayNumber: .min))
      return
    }
    if isCertain, having == .yes {
      add(certain: CivilDate(dayNumber: day))
    } else {
      add(possible: CivilDate(dayNumber: day))
    }
  }

  var figures: Figures { .earliest(self) }

  static func isEvidence(isCertain: Bool, having: Truth) -> Bool { isCertain && having == .yes }
}
