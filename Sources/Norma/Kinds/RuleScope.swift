/// What a rule's kind may ask while it is checked and lowered: names are resolved and conditions checked here, and every
/// mistake is reported where it stands.
struct RuleScope {
  let ruleBase: RuleBase
  let sink: DiagnosticSink
  let checker: ExpressionChecker

  init(ruleBase: RuleBase, environments: ExpressionEnvironments, sink: DiagnosticSink) {
    self.ruleBase = ruleBase
    self.sink = sink
    checker = ExpressionChecker(environments, sink: sink)
  }

  /// An expression that need not be there.
  struct OptionalExpression {
    let value: PlanExpression?
  }

  /// Bounds, ready for the plan.
  struct Limits {
    let atLeast: PlanQuantity?
    let atMost: PlanQuantity?
  }

  /// Who owes, with the parts of the key by which rows are grouped.
  struct OwedParts {
    let parts: [SubjectPart]
    let owed: Owed
  }

  // MARK: Names

  /// Returns the dataset called `name`.
  func dataset(_ name: Located<String>) -> Dataset? {
    if let dataset = ruleBase.datasets[name.value] { return dataset }
    sink.report(
      .unknown(.dataset, name.value, candidates: ruleBase.datasets.keys.sorted()), at: name.location)
    return nil
  }

  /// Returns the field called `name`; it must be of one of `types` where these are given.
  func field(_ name: Located<String>, of dataset: Dataset, types: [FieldType]? = nil) -> Field? {
    guard let index = dataset.index(of: name.value) else {
      sink.report(
        .unknownField(name.value, dataset: dataset.name, candidates: dataset.fields.map(\.name)), at: name.location)
      return nil
    }
    let field = dataset.fields[index]
    if let types, !types.contains(field.type) {
      sink.report(
        .fieldType(name.value, dataset: dataset.name, is: field.type, wanted: types), at: name.location)
      return nil
    }
    return field
  }

  /// Returns the parameter called `name`.
  func parameter(_ name: Located<String>) -> Parameter? {
    if let parameter = ruleBase.parameters[name.value] { return parameter }
    sink.report(
      .unknown(.parameter, name.value, candidates: ruleBase.parameters.keys.sorted()), at: name.location)
    return nil
  }

  // MARK: Expressions

  /// Checks a condition on the rows of `dataset`.
  ///
  /// What `assumed` says of a row holds wherever the condition matters.
  func condition(
    _ source: ExpressionSource, on dataset: Dataset, hasPeriod: Bool, assuming assumed: PlanExpression? = nil
  ) -> PlanExpression? {
    checker.check(source, scope: .row(dataset, hasPeriod: hasPeriod), wanted: .condition, assuming: assumed)
  }

  /// Checks a condition that need not be there.
  func condition(_ source: ExpressionSource?, on dataset: Dataset, hasPeriod: Bool) -> OptionalExpression? {
    guard let source else { return OptionalExpression(value: nil) }
    return condition(source, on: dataset, hasPeriod: hasPeriod).map { OptionalExpression(value: $0) }
  }

  /// Makes the condition that a field is filled in.
  func isFilled(_ name: Located<String>, of dataset: Dataset) -> PlanExpression? {
    guard field(name, of: dataset) != nil else { return nil }
    return checker.filled(name, dataset)
  }

  // MARK: Figures

  /// Reports bounds of a share that are no share.
  func checkShare(_ bound: BoundClause) {
    for case .constant(let number, _)? in [bound.atLeast, bound.atMost]
    where number.value < Rational(0) || number.value > Rational(1) {
      sink.report(.shareOutOfRange(number.value.description), at: number.location)
    }
  }

  /// Resolves bounds; an expression sees parameters, and the subject's row where there is a roster.
  func limits(_ bound: BoundClause?, owed: OwedParts?) -> Limits? {
    guard let owed else { return nil }
    guard let bound else { return Limits(atLeast: nil, atMost: nil) }
    var failed = false
    func resolve(_ quantity: Quantity?) -> PlanQuantity? {
      guard let quantity else { return nil }
      let resolved = self.quantity(quantity, owed: owed)
      if resolved == nil { failed = true }
      return resolved
    }
    let limits = Limits(atLeast: resolve(bound.atLeast), atMost: resolve(bound.atMost))
    return failed ? nil : limits
  }

  /// Resolves a number; an expression sees parameters, and the subject's row where there is a roster.
  func quantity(_ quantity: Quantity, owed: OwedParts?) -> PlanQuantity? {
    var roster: (name: String, dataset: Dataset)?
    if case .roster(let name, _, _, _)? = owed?.owed.subjects, let part = owed?.parts.first,
      let dataset = ruleBase.datasets[name]
    {
      roster = (part.name, dataset)
    }
    switch quantity {
    case .constant(let number, _): return .constant(number.value)
    case .expression(let source):
      return checker.check(source, scope: .subject(roster), wanted: .number).map { .expression($0) }
    }
  }

  /// Resolves a tolerance: a number, or a percentage of the larger amount.
  func tolerance(_ quantity: Quantity?, owed: OwedParts?) -> Tolerance? {
    guard let quantity else { return .zero }
    if case .constant(let number, _) = quantity, number.value < 0 {
      sink.report(.negative("tolerance"), at: number.location)
      return nil
    }
    let isShare = if case .constant(_, isPercentage: true) = quantity { true } else { false }
    return self.quantity(quantity, owed: owed).map { Tolerance(quantity: $0, isShare: isShare) }
  }

  /// Resolves what rows add to a figure; `hasPeriod` says whether the expression sees a period.
  func amount(
    _ source: ExpressionSource, _ aggregation: Aggregation, on dataset: Dataset, hasPeriod: Bool
  ) -> Amount? {
    let wanted: ExpressionChecker.Wanted =
      switch aggregation {
      case .count: .condition
      case .distinct: .value
      default: .number
      }
    let scope = ExpressionChecker.Scope.row(dataset, hasPeriod: hasPeriod)
    return checker.check(source, scope: scope, wanted: wanted, mayBeNull: true)
      .map { Amount($0, of: dataset) }
  }

  /// Resolves a figure over the rows of a dataset.
  func measure(_ source: AggregationSource, on dataset: Dataset, hasPeriod: Bool) -> Measure? {
    guard let value = source.value else { return .figure(source.aggregation, of: nil, where: []) }
    return amount(value, source.aggregation, on: dataset, hasPeriod: hasPeriod)
      .map { .figure(source.aggregation, of: $0, where: []) }
  }

  /// Whether two fields hold values that can be equal: of one type, or both numbers; reports where they can't.
  func checkComparable(_ left: Field, _ right: Field, at location: SourceLocation) -> Bool {
    func family(_ type: FieldType) -> FieldType {
      switch type {
      case .integer: .decimal
      case .partialDate: .date
      default: type
      }
    }
    if family(left.type) == family(right.type) { return true }
    sink.report(.referenceTypeDiffers(field: left.name, left.type, theirs: right.name, right.type), at: location)
    return false
  }

  /// Resolves a due date.
  func due(_ clause: DueClause) -> DuePlan? {
    if let name = clause.parameter, parameter(name) == nil { return nil }
    guard let grace = clause.grace else { return DuePlan(rule: clause.rule, roll: clause.roll, grace: nil) }
    return span(grace.value).map { DuePlan(rule: clause.rule, roll: clause.roll, grace: $0) }
  }

  /// Resolves a span.
  func span(_ clause: SpanClause) -> SpanPlan? {
    switch clause {
    case .fixed(let span): .fixed(span)
    case .parameter(let name): parameter(name).map { .parameter($0.name) }
    }
  }

  // MARK: Subjects and periods

  /// Resolves the parts of `each`; none where it is absent.
  func parts(_ each: EachClause?, of dataset: Dataset) -> [SubjectPart]? {
    guard let each else { return [] }
    let parts = each.parts.compactMap { part -> SubjectPart? in
      switch part {
      case .field(let name):
        return field(name, of: dataset).map { .field($0.name) }
      case .computed(let name, let source):
        return checker.check(source, scope: .row(dataset, hasPeriod: false), wanted: .value)
          .map { .computed(name: name.value, $0) }
      case .listed(let name, let values):
        guard let field = field(name, of: dataset, types: [.text, .integer, .decimal, .date]) else { return nil }
        let cells = values.compactMap { value -> Cell? in
          if let cell = Cell(written: value.value, as: field.type) { return cell }
          sink.report(.listedValue(value.value, field: field.name, field.type), at: value.location)
          return nil
        }
        return cells.count == values.count ? .listed(name: name.value, values: cells) : nil
      }
    }
    return parts.count == each.parts.count ? parts : nil
  }

  /// Resolves who owes, and when.
  func owed(_ clause: SubjectClause, of dataset: Dataset) -> OwedParts? {
    guard let parts = parts(clause.each, of: dataset), let subjects = subjects(clause, parts, dataset) else {
      return nil
    }
    let owed = Owed(
      subjects: subjects, recurrence: clause.period.recurrence, window: clause.period.window,
      owesPartialPeriods: clause.owesPartialPeriods)
    return OwedParts(parts: parts, owed: owed)
  }

  private func subjects(_ clause: SubjectClause, _ parts: [SubjectPart], _ dataset: Dataset) -> Subjects? {
    var subjects = parts.isEmpty ? Subjects.organization : .discovered
    if !parts.isEmpty, parts.allSatisfy({ if case .listed = $0 { true } else { false } }) { subjects = .listed }
    if let (roster, key) = roster(of: clause, dataset) {
      var among: PlanExpression?
      if let source = clause.among {
        among = checker.check(source, scope: .row(roster, hasPeriod: true), wanted: .condition)
        if among == nil { return nil }
      }
      return .roster(
        dataset: roster.name, key: key, among: among, active: roster.active)
    }
    if let among = clause.among {
      sink.report(.subjectHasNoRoster(parts.map(\.name)), at: among.location)
      return nil
    }
    return subjects
  }

  /// The roster whose rows owe, with its key: that which the one field of `each` refers to. Nil where there is none.
  func roster(of clause: SubjectClause, _ dataset: Dataset) -> (dataset: Dataset, key: String)? {
    guard let each = clause.each, each.parts.count == 1, case .field(let name) = each.parts[0],
      let index = dataset.index(of: name.value), let reference = dataset.fields[index].reference,
      reference.match.count == 1, let roster = ruleBase.datasets[reference.dataset]
    else { return nil }
    return (roster, reference.match[0].theirs)
  }

  /// Resolves `on`: which period a row counts in.
  func placement(on date: Located<String>?, of dataset: Dataset) -> Placement? {
    guard let date else { return .everywhere }
    return field(date, of: dataset, types: Self.dated).map { .dated($0.name) }
  }

  /// Resolves `for` and `on` of a report.
  func placement(for reported: Located<String>?, on received: Located<String>, of dataset: Dataset) -> Placement? {
    guard let on = field(received, of: dataset, types: Self.dated) else { return nil }
    guard let reported else { return .dated(on.name) }
    return field(reported, of: dataset, types: Self.dated + [.text])
      .map { .reported(for: $0.name, isPeriodKey: $0.type == .text, on: on.name) }
  }

  static let dated: [FieldType] = [.date, .timestamp, .partialDate]
}

extension Cell {
  /// Reads a value as a rule file writes it for a field of a type; nil where it is none.
  fileprivate init?(written text: String, as type: FieldType) {
    switch type {
    case .text: self = .text(text)
    case .integer:
      guard let number = Int64(text) else { return nil }
      self = .integer(number)
    case .decimal:
      guard let number = Rational(written: text) else { return nil }
      self = .decimal(number)
    case .date, .partialDate:
      guard let date = CivilDate(iso: text) else { return nil }
      self = .date(date)
    case .boolean, .timestamp: return nil
    }
  }
}
