/// Brings the rows of two registers together by key, and compares them. Memory grows with the rows of both.
struct MatchEvaluator: RuleEvaluator {
  private let plan: MatchPlan
  private let tolerance: Tolerance
  private var left: MatchSide
  private var right: MatchSide
  private let context: EvaluationContext

  init(_ plan: MatchPlan, engine: Engine, context: EvaluationContext) {
    self.plan = plan
    self.context = context
    tolerance = plan.tolerance
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
    let allowed = try? Bound(tolerance.quantity, subject: nil, roster: nil, functions: context.functions).number(
      nil, context.constants)
    var keys = left.keys
    for key in right.keys where left.rows[key] == nil { keys.append(key) }
    return .matches(
      MatchesResult(matches: keys.compactMap { match($0, allowed) }, openKeys: left.openKeys + right.openKeys))
  }

  private func match(_ key: KeyValue, _ allowed: Rational?) -> KeyMatch? {
    let (lefts, rights) = (left.candidates(key), right.candidates(key))
    var outcomes: Set<KeyMatch.Possibility> = []
    var differences: [MatchResult.Difference] = []
    var open: Set<String> = []
    for leftCount in lefts.counts {
      for rightCount in rights.counts {
        switch (leftCount, rightCount) {
        case (0, 0): outcomes.insert(.notOwed)
        case (0, _), (_, 0): outcomes.insert(plan.onlyBoth ? .notOwed : .differs)
        case (1, 1):
          for mine in lefts.single {
            for theirs in rights.single { compare(mine, theirs, allowed, &outcomes, &differences, &open) }
          }
        default: outcomes.insert(.differs)
        }
      }
    }
    if outcomes == [.notOwed] { return nil }
    let isOne = lefts.counts == 1...1 && rights.counts == 1...1
    let result = MatchResult(
      left: Bounds(lefts.counts.lowerBound, lefts.counts.upperBound),
      right: Bounds(rights.counts.lowerBound, rights.counts.upperBound), differences: isOne ? differences : [],
      open: open.sorted())
    return KeyMatch(
      key: key.cells, outcomes: outcomes, result: result, left: lefts.rows.map(\.row), right: rights.rows.map(\.row))
  }

  private func compare(
    _ left: MatchSide.Row, _ right: MatchSide.Row, _ allowed: Rational?,
    _ outcomes: inout Set<KeyMatch.Possibility>, _ differences: inout [MatchResult.Difference],
    _ open: inout Set<String>
  ) {
    var agrees = Truth.yes
    for (place, pair) in plan.compare.enumerated() {
      let (mine, theirs) = (left.values[place], right.values[place])
      switch agree(mine, theirs, allowed) {
      case .yes: break
      case .no:
        agrees = .no
        let difference = MatchResult.Difference(field: pair.ours, left: mine, right: theirs)
        if !differences.contains(difference) { differences.append(difference) }
      case .unknown:
        open.insert(pair.ours)
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
  private func agree(_ left: Cell, _ right: Cell, _ allowed: Rational?) -> Truth {
    if case .unknown = left { return .unknown }
    if case .unknown = right { return .unknown }
    if left.isOpen || right.isOpen {
      if left == .null || right == .null { return .no }
      return left.admits(right) ? .unknown : .no
    }
    if left.normalized == right.normalized { return .yes }
    guard let mine = left.number, let theirs = right.number else { return .no }
    guard let allowed else { return .unknown }
    return PairDifference.isWithin(mine, theirs, allowed, isShare: tolerance.isShare) ? .yes : .no
  }
}

/// The rows of one register by key.
private struct MatchSide: Sendable {
  struct Row: Sendable {
    let row: Int32
    let isCertain: Bool
    let values: [Cell]
  }

  /// The rows that have a key, or may have it.
  struct Candidates {
    let rows: [Row]
    /// How many rows of the side have the key.
    let counts: ClosedRange<Int>
    /// The rows of which one is the only one, where there is one.
    let single: [Row]
  }

  private let filter: RowFilter
  private let keyFields: [Int]
  private let compareFields: [Int]
  private(set) var rows: [KeyValue: [Row]] = [:]
  private(set) var keys: [KeyValue] = []
  /// Rows of which a part of the key isn't known.
  private var open: [(parts: [Cell], row: Row)] = []

  /// The keys of the rows of which a part isn't known.
  var openKeys: [[Cell]] { open.map { $0.parts.map { $0.isOpen ? .unknown : $0 } } }

  init(_ rows: RowPlan, key: [String], compare: [String], engine: Engine, context: EvaluationContext) {
    let dataset = context.dataset(rows.dataset)
    filter = RowFilter(rows, engine: engine, context: context)
    keyFields = key.compactMap { dataset.index(of: $0) }
    compareFields = compare.compactMap { dataset.index(of: $0) }
  }

  mutating func consume(_ batch: Batch) {
    let truth = filter.truth(of: batch)
    let keyColumns = keyFields.map { batch.column(ofField: $0) }
    let columns = compareFields.map { batch.column(ofField: $0) }
    for place in truth.notFalse.setBits {
      let parts = keyColumns.map { $0[place] }
      if parts.contains(.null) { continue }
      let row = Row(
        row: Int32(batch.firstRow + place), isCertain: truth.isTrue(place), values: columns.map { $0[place] })
      if let key = KeyValue(parts) {
        if rows[key] == nil { keys.append(key) }
        rows[key, default: []].append(row)
      } else {
        open.append((parts, row))
      }
    }
  }

  /// Takes in the rows of another part of the register, and puts all in their order. O(rows log rows).
  mutating func merge(_ other: MatchSide) {
    for (key, others) in other.rows {
      guard let mine = rows[key] else {
        rows[key] = others
        continue
      }
      rows[key] = (mine + others).sorted { $0.row < $1.row }
    }
    keys = rows.compactMap { key, rows in rows.first.map { (key: key, row: $0.row) } }.sorted { $0.row < $1.row }
      .map(\.key)
    open = (open + other.open).sorted { $0.row.row < $1.row.row }
  }

  /// The rows of a key. A row whose key isn't known may be any key that the side lacks. O(rows of the key + open rows).
  func candidates(_ key: KeyValue) -> Candidates {
    if let known = rows[key] {
      let certain = known.filter(\.isCertain)
      return Candidates(
        rows: known, counts: certain.count...known.count, single: certain.count == 1 ? certain : known)
    }
    let possible = open.filter { zip($0.parts, key.cells).allSatisfy { $0.admits($1) } }.map(\.row)
    return Candidates(rows: possible, counts: 0...min(1, possible.count), single: possible)
  }
}

extension KeyValue {
  /// The parts.
  var cells: [Cell] {
    switch self {
    case .one(let cell): [cell]
    case .several(let cells): cells
    }
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
