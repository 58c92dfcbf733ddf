/// Brings the rows of two registers together by key, and compares them. Memory grows with the rows of both.
struct MatchEvaluator: RuleEvaluator {
  private let plan: MatchPlan
  private var left: MatchSide
  private var right: MatchSide
  private let context: EvaluationContext

  init(_ plan: MatchPlan, engine: Engine, context: EvaluationContext) {
    self.plan = plan
    self.context = context
    left = MatchSide(
      plan.left, key: plan.match.map(\.ours), compare: plan.compare.map(\.ours), engine: engine, context: context)
    right = MatchSide(
      plan.right, key: plan.match.map(\.theirs), compare: plan.compare.map(\.theirs), engine: engine, context: context)
  }

  mutating func consume(_ batch: Batch, of dataset: String) {
    if plan.left.dataset == dataset { left.consume(batch) }
    if plan.right.dataset == dataset { right.consume(batch) }
  }

  mutating func merge(_ other: any RuleEvaluator) {
    let other = Self.same(other)
    left.merge(other.left)
    right.merge(other.right)
  }

  consuming func finish() -> RuleResult {
    let allowed = try? Bound(plan.tolerance.quantity, subject: nil, roster: nil, functions: context.functions).number(
      nil, context.constants)
    let match = Match(plan, left.finish(), right.finish(), allowed)
    return .matches(
      MatchesResult(
        count: match.keyCount, agreeing: match.agreeing, match: { match.compare(keyAt: $0) }, openKeys: match.openKeys))
  }
}

/// Two registers whose rows are brought together by key.
private struct Match: Sendable {
  private let compared: [String]
  private let onlyBoth: Bool
  private let allowed: Rational?
  private let isShare: Bool
  private let left: Side
  private let right: Side
  /// The numbers of the keys, in the order of the left rows, and behind them those that only the right has.
  private var order: [UInt32] = []
  /// The keys, by their places, that each side certainly has once, with what is compared equal.
  private(set) var agreeing: Bitmap

  /// One of the registers.
  private struct Side {
    let rows: MatchRows
    /// The rows of each key.
    let byKey: RowsByNumber
    /// Rows of which a part of the key isn't known.
    let open: [Int]

    init(_ rows: consuming MatchRows, _ byKey: RowsByNumber) {
      open = rows.openRows
      self.rows = rows
      self.byKey = byKey
    }

    /// The only row of a key that certainly has it; nil where there are none, others, or that isn't known.
    func only(_ key: UInt32) -> Int? {
      let found = byKey[key]
      guard found.count == 1, let row = found.first, rows.isCertain[Int(row)] else { return nil }
      return Int(row)
    }

    /// The rows of a key. A row whose key isn't known may be any key that the side lacks. O(rows of the key + open rows).
    func candidates(_ number: UInt32, _ key: [Cell]) -> Candidates {
      let known = byKey[number].map { Int($0) }
      if known.isEmpty {
        let possible = open.filter { row in zip(rows.keys, key).allSatisfy { $0[row].admits($1) } }
        return Candidates(rows: possible, counts: 0...min(1, possible.count), single: possible)
      }
      let certain = known.filter { rows.isCertain[$0] }
      return Candidates(
        rows: known, counts: certain.count...known.count, single: certain.count == 1 ? certain : known)
    }

    /// Where rows stand in their dataset.
    func places(_ candidates: Candidates) -> [Int32] { candidates.rows.map { rows.rows[$0] } }
  }

  /// The rows that have a key, or may have it.
  private struct Candidates {
    let rows: [Int]
    /// How many rows of the side have the key.
    let counts: ClosedRange<Int>
    /// The rows of which one is the only one, where there is one.
    let single: [Int]
  }

  /// Brings rows together. O(rows).
  init(_ plan: MatchPlan, _ left: consuming MatchRows, _ right: consuming MatchRows, _ allowed: Rational?) {
    compared = plan.compare.map(\.ours)
    onlyBoth = plan.onlyBoth
    isShare = plan.tolerance.isShare
    self.allowed = allowed
    MatchRows.shareDictionaries(&left.keys, &right.keys)
    MatchRows.shareDictionaries(&left.values, &right.values)
    var numbers = KeyNumbers(left.fields, left.keys.map(\.dictionary))
    let (mine, theirs) = (numbers.insert(left.keys), numbers.insert(right.keys))
    self.left = Side(left, RowsByNumber(mine, count: numbers.count))
    self.right = Side(right, RowsByNumber(theirs, count: numbers.count))
    var isNamed = [Bool](repeating: false, count: numbers.count)
    for number in [mine, theirs].joined() where number != KeyNumbers.none && !isNamed[Int(number)] {
      isNamed[Int(number)] = true
      order.append(number)
    }
    agreeing = Bitmap(repeating: false, count: order.count)
    findEqualRows()
  }

  /// Compares the rows that alone have their keys on both sides column by column.
  private mutating func findEqualRows() {
    var pairs: (left: [Int], right: [Int]) = ([], [])
    for (place, key) in order.enumerated() {
      guard let mine = left.only(key), let theirs = right.only(key) else { continue }
      pairs.left.append(mine)
      pairs.right.append(theirs)
      agreeing[place] = true
    }
    if pairs.left.isEmpty { return }
    var areEqual = Bitmap(repeating: true, count: pairs.left.count)
    for (mine, theirs) in zip(left.rows.values, right.rows.values) {
      let equal = mine.rows(pairs.left).compared(.equal, theirs.rows(pairs.right))
      areEqual.formIntersection(equal?.isTrue ?? Bitmap(repeating: false, count: areEqual.count))
    }
    for (pair, place) in agreeing.setBits.enumerated() where !areEqual[pair] { agreeing[place] = false }
  }

  /// How many keys there are.
  var keyCount: Int { order.count }

  /// The keys of the rows of which a part isn't known.
  var openKeys: [[Cell]] {
    [left, right].flatMap { side in
      side.open.map { row in side.rows.keys.map { $0[row].isOpen ? .unknown : $0[row] } }
    }
  }

  /// Compares the rows of the key at a place; nil where it may be that nothing is owed, and nothing else.
  func compare(keyAt place: Int) -> KeyMatch? {
    let number = order[place]
    if agreeing[place], let mine = left.only(number), let theirs = right.only(number) {
      return KeyMatch(
        key: left.rows.key(mine), outcomes: .agrees,
        result: MatchResult(left: Bounds(1, 1), right: Bounds(1, 1), differences: [], open: []),
        left: [left.rows.rows[mine]], right: [right.rows.rows[theirs]])
    }
    let key =
      left.byKey[number].first.map { left.rows.key(Int($0)) }
      ?? right.byKey[number].first.map { right.rows.key(Int($0)) } ?? []
    let (lefts, rights) = (left.candidates(number, key), right.candidates(number, key))
    var outcomes: KeyMatch.Outcomes = []
    var differences: [MatchResult.Difference] = []
    var open: Set<String> = []
    for leftCount in lefts.counts {
      for rightCount in rights.counts {
        switch (leftCount, rightCount) {
        case (0, 0): outcomes.insert(.notOwed)
        case (0, _), (_, 0): outcomes.insert(onlyBoth ? .notOwed : .differs)
        case (1, 1):
          for mine in lefts.single {
            for theirs in rights.single { compare(mine, theirs, &outcomes, &differences, &open) }
          }
        default: outcomes.insert(.differs)
        }
      }
    }
    if outcomes == .notOwed { return nil }
    let isOne = lefts.counts == 1...1 && rights.counts == 1...1
    let result = MatchResult(
      left: Bounds(lefts.counts.lowerBound, lefts.counts.upperBound),
      right: Bounds(rights.counts.lowerBound, rights.counts.upperBound), differences: isOne ? differences : [],
      open: open.sorted())
    return KeyMatch(
      key: key, outcomes: outcomes, result: result, left: left.places(lefts), right: right.places(rights))
  }

  private func compare(
    _ mine: Int, _ theirs: Int, _ outcomes: inout KeyMatch.Outcomes, _ differences: inout [MatchResult.Difference],
    _ open: inout Set<String>
  ) {
    var agrees = Truth.yes
    for (place, field) in compared.enumerated() {
      let (one, other) = (left.rows.values[place][mine], right.rows.values[place][theirs])
      switch agree(one, other) {
      case .yes: break
      case .no:
        agrees = .no
        let difference = MatchResult.Difference(field: field, left: one, right: other)
        if !differences.contains(difference) { differences.append(difference) }
      case .unknown:
        open.insert(field)
        if agrees == .yes { agrees = .unknown }
      }
    }
    switch agrees {
    case .yes: outcomes.insert(.agrees)
    case .no: outcomes.insert(.differs)
    case .unknown: outcomes.formUnion([.agrees, .differs])
    }
  }

  /// Whether two values are the same, numbers within the tolerance; null equals null.
  private func agree(_ left: Cell, _ right: Cell) -> Truth {
    if case .unknown = left { return .unknown }
    if case .unknown = right { return .unknown }
    if left.isOpen || right.isOpen {
      if left == .null || right == .null { return .no }
      return left.admits(right) ? .unknown : .no
    }
    if left.normalized == right.normalized { return .yes }
    guard let mine = left.number, let theirs = right.number else { return .no }
    guard let allowed else { return .unknown }
    return PairDifference.isWithin(mine, theirs, allowed, isShare: isShare) ? .yes : .no
  }
}

extension Column {
  /// The dictionary of the column's texts; nil where they have no codes.
  fileprivate var dictionary: TextDictionary? {
    if case .text(_, let dictionary) = values { dictionary } else { nil }
  }
}

extension Cell {
  /// The number that it is; nil where it is none.
  var number: Rational? {
    switch self {
    case .integer(let number): Rational(number)
    case .decimal(let number): number
    default: nil
    }
  }
}
