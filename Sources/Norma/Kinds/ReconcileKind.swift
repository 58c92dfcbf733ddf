/// `reconcile`: two sources say the same, by figures or row by row.
struct ReconcileKind: RuleKind {
  static let keyword = "reconcile"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "核对：两处的数字一致（按汇总数），或两本登记逐行一致（写了 match 时）。",
      en: "A reconciliation holds two sources against each other: by figures, or with `match` row by row."),
    keys: [
      .init(
        "left", "一边：{of, on, where, value}；逐行核对时 {of, where}",
        "one side: `{of, on, where, value}`, row by row `{of, where}`"),
      .init("right", "另一边，写法相同", "the other side, written the same way"),
      .init("each", "谁负责（按汇总数核对）", "whose obligation it is, where figures are compared"),
      .init("among", "名册中的哪些行负责（条件）", "which rows of the roster owe it"),
      .init("per", "周期；不写就是一次", "the unit of the periods; once where absent"),
      .init("in", "一年中只看哪些月份或日期", "the months, or the days of a year, that count"),
      .init("partial", "owed：只在周期的一部分存在的对象也负责", "`owed` where a subject active in part of a period owes it"),
      .init(
        "tolerance", "允许的差额：数，或较大一方的百分比；不写就是 0",
        "how far the two may lie apart: a number, or a percentage of the larger; 0 where absent"),
      .init(
        "match", "逐行核对：凭哪些字段对上；两边名称不同时写 {左： 右}",
        "the fields by which rows belong together; a mapping `{left: right}` where names differ"),
      .init("compare", "逐行核对：哪些字段应当一致", "the fields that should hold the same"),
      .init("only", "both：只看两边都有的；all（默认）：只有一边有的也算不符", "`both`: only keys that both sides have; `all`, the default"),
    ])

  /// Which keys are judged.
  private enum Only: String, CaseIterable {
    case both, all
  }

  private struct Side {
    let dataset: Located<String>
    let date: Located<String>?
    let condition: ExpressionSource?
    let value: AggregationSource?
  }

  private struct Pair {
    let left: Located<String>
    let right: Located<String>
  }

  private enum Form {
    case figures(SubjectClause)
    case rows(match: [Pair], compare: [Pair], onlyBoth: Bool)
  }

  private let left: Side
  private let right: Side
  private let tolerance: Quantity?
  private let form: Form

  var dataset: Located<String> { left.dataset }

  init?(_ reader: inout MappingReader) {
    let isByRow = !reader.present(["match", "compare", "only"]).isEmpty
    let left = Self.side("left", &reader, isByRow: isByRow)
    let right = Self.side("right", &reader, isByRow: isByRow)
    tolerance = reader.quantity("tolerance")
    if isByRow {
      _ = reader.required("match")
      let match = Self.pairs("match", &reader)
      let compare = Self.pairs("compare", &reader)
      let only = reader.choice("only", Only.self) ?? .all
      guard !match.isEmpty else { return nil }
      form = .rows(match: match, compare: compare, onlyBoth: only == .both)
    } else {
      form = .figures(reader.subjects())
      for key in ["match", "compare", "only"] { _ = reader.node(key) }
    }
    guard let left, let right else { return nil }
    self.left = left
    self.right = right
  }

  private static func side(_ key: String, _ reader: inout MappingReader, isByRow: Bool) -> Side? {
    _ = reader.required(key)
    guard var side = reader.mapping(key, .side) else { return nil }
    let dataset = side.requiredText("of")
    let condition = side.expression("where")
    var date: Located<String>?
    var value: AggregationSource?
    if !isByRow {
      date = side.text("on")
      value = side.required("value").flatMap { side.aggregation($0) }
    }
    side.finish()
    guard let dataset, isByRow || value != nil else { return nil }
    return Side(dataset: dataset, date: date, condition: condition, value: value)
  }

  /// Reads a list of fields that both sides call the same, or a mapping of the left names to the right ones.
  private static func pairs(_ key: String, _ reader: inout MappingReader) -> [Pair] {
    guard let node = reader.node(key) else { return [] }
    if case .mapping(let entries) = node.content {
      return entries.compactMap { entry in
        guard let left = entry.key.text else { return nil }
        return reader.read(entry.value, .text) { $0.text }.map {
          Pair(left: Located(left, at: reader.at(entry.key.range)), right: $0)
        }
      }
    }
    return (reader.texts(key) ?? []).map { Pair(left: $0, right: $0) }
  }

  // MARK: Lowering

  func lower(in scope: RuleScope) -> ObligationPlan? {
    let datasets = [left, right].map { scope.dataset($0.dataset) }
    guard let leftDataset = datasets[0], let rightDataset = datasets[1] else { return nil }
    switch form {
    case .figures(let subjects): return figures(subjects, leftDataset, rightDataset, scope)
    case .rows(let match, let compare, let onlyBoth):
      let keys = pairs(match, leftDataset, rightDataset, scope)
      let fields = pairs(compare, leftDataset, rightDataset, scope)
      let leftRows = scope.condition(left.condition, on: leftDataset, hasPeriod: false)
      let rightRows = scope.condition(right.condition, on: rightDataset, hasPeriod: false)
      guard let keys, let fields, let leftRows, let rightRows, let tolerance = scope.tolerance(tolerance, owed: nil)
      else { return nil }
      return .judgeMatches(
        MatchPlan(
          left: .rows(of: leftDataset.name, where: leftRows.value),
          right: .rows(of: rightDataset.name, where: rightRows.value), match: keys, compare: fields,
          onlyBoth: onlyBoth, tolerance: tolerance))
    }
  }

  private func pairs(_ pairs: [Pair], _ left: Dataset, _ right: Dataset, _ scope: RuleScope) -> [MatchPair]? {
    let resolved = pairs.compactMap { pair -> MatchPair? in
      guard let mine = scope.field(pair.left, of: left), let theirs = scope.field(pair.right, of: right),
        scope.checkComparable(mine, theirs, at: pair.right.location)
      else { return nil }
      return MatchPair(ours: mine.name, theirs: theirs.name)
    }
    return resolved.count == pairs.count ? resolved : nil
  }

  private func figures(
    _ subjects: SubjectClause, _ leftDataset: Dataset, _ rightDataset: Dataset, _ scope: RuleScope
  ) -> ObligationPlan? {
    // Both sides are grouped by fields of the same names; who owes is told by the one that refers to a roster.
    let isRightRoster =
      scope.roster(of: subjects, leftDataset) == nil && scope.roster(of: subjects, rightDataset) != nil
    let owed = scope.owed(subjects, of: isRightRoster ? rightDataset : leftDataset)
    let leftParts = isRightRoster ? scope.parts(subjects.each, of: leftDataset) : owed?.parts
    let parts = isRightRoster ? owed?.parts : scope.parts(subjects.each, of: rightDataset)
    let hasPeriod = subjects.period.recurrence.unit != .once
    let groups = [
      group(left, leftDataset, leftParts, hasPeriod, scope), group(right, rightDataset, parts, hasPeriod, scope),
    ]
    let tolerance = scope.tolerance(tolerance, owed: owed)
    guard let owed, let tolerance, let leftGroup = groups[0], let rightGroup = groups[1] else { return nil }
    return .judgePairs(left: leftGroup, right: rightGroup, owed: owed.owed, tolerance: tolerance)
  }

  private func group(
    _ side: Side, _ dataset: Dataset, _ parts: [SubjectPart]?, _ hasPeriod: Bool, _ scope: RuleScope
  ) -> GroupPlan? {
    let condition = scope.condition(side.condition, on: dataset, hasPeriod: hasPeriod)
    let placement = scope.placement(on: side.date, of: dataset)
    guard let value = side.value, let condition, let placement, let parts,
      let measure = scope.measure(value, on: dataset, hasPeriod: hasPeriod)
    else { return nil }
    return .group(
      .rows(of: dataset.name, where: condition.value), by: parts, placement: placement, measure: measure)
  }

  // MARK: Wording

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    switch facts.figures {
    case .pair(let left, let right, let difference):
      let allowed = facts.atMost.map { text($0) } ?? "0"
      switch language {
      case .zh: return "两处的数为 \(facts.text(left)) 和 \(facts.text(right))，相差 \(facts.text(difference))；允许相差 \(allowed)"
      case .en:
        return "the two figures are \(facts.text(left)) and \(facts.text(right)), a difference of "
          + "\(facts.text(difference)); at most \(allowed) is allowed"
      }
    case .match(let result): return sentence(result, language)
    default: preconditionFailure("a reconciliation was measured by something else than two sides")
    }
  }

  private func text(_ allowed: Rational) -> String {
    if case .constant(_, isPercentage: true)? = tolerance { return FindingFacts.percentage(allowed) }
    return allowed.description
  }

  private func sentence(_ result: MatchResult, _ language: Language) -> String {
    if !result.differences.isEmpty {
      let fields = result.differences.map { difference -> String in
        let (left, right) = (shown(difference.left, language), shown(difference.right, language))
        return language == .zh
          ? "\(difference.field) 一边是 \(left)，一边是 \(right)"
          : "\(difference.field) is \(left) on one side and \(right) on the other"
      }
      return fields.joined(separator: language == .zh ? "；" : "; ")
    }
    switch (result.left, result.right, language) {
    case (let left, _, .zh) where left.low > 1: return "一边有 \(left.low) 行，应只有一行"
    case (_, let right, .zh) where right.low > 1: return "另一边有 \(right.low) 行，应只有一行"
    case (let left, _, .en) where left.low > 1: return "one side has \(left.low) rows instead of one"
    case (_, let right, .en) where right.low > 1: return "the other side has \(right.low) rows instead of one"
    case (_, let right, .zh) where right.high == 0: return "只有\(left.dataset.value)里有，\(self.right.dataset.value)里没有"
    case (let left, _, .zh) where left.high == 0:
      return "只有\(self.right.dataset.value)里有，\(self.left.dataset.value)里没有"
    case (_, let right, .en) where right.high == 0:
      return "it stands in \(left.dataset.value) only, and not in \(self.right.dataset.value)"
    case (let left, _, .en) where left.high == 0:
      return "it stands in \(self.right.dataset.value) only, and not in \(self.left.dataset.value)"
    case (_, _, .zh): return "两边是否一致"
    case (_, _, .en): return "whether the two sides agree"
    }
  }

  private func shown(_ cell: Cell, _ language: Language) -> String {
    let text = cell.description
    return text.isEmpty ? (language == .zh ? "空" : "empty") : text
  }
}
