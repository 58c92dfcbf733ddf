/// The share of a population that has something.
struct ShareState: MeasureState {
  private var counts = ShareCounts()

  init(_ measure: Measure) {}

  mutating func add(_ row: Contribution) {
    counts.add(certain: row.isCertain, having: row.having)
  }

  @inline(__always)
  mutating func add(isCertain: Bool, having: Truth) {
    counts.add(certain: isCertain, having: having)
  }

  mutating func formUnion(_ other: ShareState) {
    counts.formUnion(other.counts)
  }

  mutating func addPossible(_ other: ShareState) {
    counts.addPossible(other.counts)
  }

  func figures(in days: MeasuredDays) -> Figures { .share(ShareFigure(counts)) }

  static var evidentTruth: Truth { .no }

  func figures(in days: MeasuredDays, swayed: [[SwayedRow]], by count: Int) -> Figures? {
    var all = counts
    var base = counts
    var moves: [(before: ShareCounts, after: ShareCounts)] = []
    for rows in swayed {
      var before = ShareCounts()
      var after = ShareCounts()
      for row in rows {
        if !row.base.isOutside { before.add(certain: row.base.isCertain, having: row.base.having) }
        after.add(certain: row.wide.isCertain, having: row.wide.having)
      }
      base.formUnion(before)
      all.formUnion(after)
      moves.append((before, after))
    }
    // Where the population may be empty, the bounds are those of all rows.
    guard all.certain > 0 else { return nil }
    let lowest = ShareMove.extreme(
      of: base.lowestTerms, moves.map { ShareMove(from: $0.before.lowestTerms, to: $0.after.lowestTerms) },
      count: count, isLowest: true)
    let highest = ShareMove.extreme(
      of: base.highestTerms, moves.map { ShareMove(from: $0.before.highestTerms, to: $0.after.highestTerms) },
      count: count, isLowest: false)
    func moved(_ bounds: (ShareCounts) -> Bounds<Int>) -> Bounds<Int> {
      let falls = moves.map { bounds($0.before).low - bounds($0.after).low }
      let rises = moves.map { bounds($0.after).high - bounds($0.before).high }
      let fall = falls.filter { $0 > 0 }.sorted(by: >).prefix(count).reduce(0, +)
      let rise = rises.filter { $0 > 0 }.sorted(by: >).prefix(count).reduce(0, +)
      return Bounds(bounds(base).low - fall, bounds(base).high + rise)
    }
    return .share(
      ShareFigure(
        numerator: moved(\.numerator), denominator: moved(\.denominator),
        share: Bounds(min(lowest, highest), highest), mayBeEmpty: false))
  }
}

/// What a key adds to the numerator and the denominator of a share when it leaves its state.
struct ShareMove: Hashable {
  let numerator: Int
  let denominator: Int

  init(from before: ShareTerms, to after: ShareTerms) {
    numerator = after.numerator - before.numerator
    denominator = after.denominator - before.denominator
  }

  /// Returns the least or the greatest share that at most `count` of the moves can lead to.
  ///
  /// Dinkelbach's method: the moves that serve best against the share found so far, until none serves any more. It ends,
  /// since each round makes the share strictly better and the choices are finite. O(rounds × moves log moves).
  static func extreme(of start: ShareTerms, _ moves: [ShareMove], count: Int, isLowest: Bool) -> Rational {
    var best = Rational(start.numerator, over: start.denominator)
    while true {
      // The gain of a move against a share n/d is (Δn·d - Δd·n)/d.
      func gain(_ move: ShareMove) -> Int128 {
        let gain = Int128(move.numerator) * best.denominator - Int128(move.denominator) * best.numerator
        return isLowest ? -gain : gain
      }
      let chosen = moves.filter { gain($0) > 0 }.sorted { gain($0) > gain($1) }.prefix(count)
      let numerator = chosen.reduce(start.numerator) { $0 + $1.numerator }
      let denominator = chosen.reduce(start.denominator) { $0 + $1.denominator }
      guard denominator > 0 else { return best }
      let found = Rational(numerator, over: denominator)
      if isLowest ? found >= best : found <= best { return best }
      best = found
    }
  }
}

/// A share before it is divided.
struct ShareTerms: Hashable {
  let numerator: Int
  let denominator: Int
}

extension ShareCounts {
  /// The terms of the lowest share, where the population is certainly not empty.
  var lowestTerms: ShareTerms {
    ShareTerms(numerator: having, denominator: certain + possiblyLacking + possiblyUnknown)
  }

  /// The terms of the highest share, where the population is certainly not empty.
  var highestTerms: ShareTerms {
    ShareTerms(
      numerator: having + possiblyHaving + unknown + possiblyUnknown,
      denominator: certain + possiblyHaving + possiblyUnknown)
  }
}
