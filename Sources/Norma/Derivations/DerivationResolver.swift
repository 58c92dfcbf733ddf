internal import CEL

/// A derived dataset as its file declares it, before the names in it are resolved.
struct DerivationDraft {
  let name: Located<String>
  let title: LocalizedText?
  let row: LocalizedText?
  let from: Located<String>
  let filter: ExpressionSource?
  let keys: [Located<String>]
  let figures: [(name: Located<String>, source: AggregationSource)]
  let additions: [(name: Located<String>, source: ExpressionSource)]
  /// What people call the figures and additions.
  let labels: [String: LocalizedText]
  let isGrouped: Bool
}

/// Resolves derived datasets, each after those that it is derived from.
struct DerivationResolver {
  private let drafts: [String: DerivationDraft]
  private let sink: DiagnosticSink

  init(drafts: [DerivationDraft], sink: DiagnosticSink) {
    self.init(drafts: Dictionary(drafts.map { ($0.name.value, $0) }) { first, _ in first }, sink: sink)
  }

  private init(drafts: [String: DerivationDraft], sink: DiagnosticSink) {
    self.drafts = drafts
    self.sink = sink
  }

  /// Adds the derived datasets to a rule base whose other datasets are resolved; circles are reported.
  func resolve(into ruleBase: inout RuleBase) {
    for stage in stages() {
      let base = ruleBase
      let environments = ExpressionEnvironments(base)
      let parts = SideBySide.map(parts: stage, atLeast: 4) {
        [drafts] stage -> (derivations: [Derivation], found: [Diagnostic]) in
        let own = DerivationResolver(drafts: drafts, sink: DiagnosticSink())
        return (stage.compactMap { own.resolve($0, base, environments) }, own.sink.diagnostics)
      }
      for part in parts {
        sink.report(part.found)
        for derivation in part.derivations {
          ruleBase.datasets[derivation.dataset.name] = derivation.dataset
          ruleBase.derivations[derivation.dataset.name] = derivation
        }
      }
    }
  }

  /// The drafts in stages, each of which needs none but those before. Circles are reported, and what is in them is left out.
  private func stages() -> [[DerivationDraft]] {
    let sorted = drafts.values.sorted { $0.name.value < $1.name.value }
    let names = Set(drafts.keys)
    let parts = SideBySide.map(parts: sorted, atLeast: 4) { $0.map { Self.mentioned(by: $0, among: names) } }
    let mentioned = Dictionary(uniqueKeysWithValues: zip(sorted.map(\.name.value), parts.joined()))
    var path: [String] = []
    var circular: Set<String> = []
    var stages: [String: Int] = [:]
    func visit(_ draft: DerivationDraft) {
      let name = draft.name.value
      if stages[name] != nil || circular.contains(name) { return }
      if let start = path.firstIndex(of: name) {
        // Nothing more is said of datasets that can't be worked out for this reason.
        sink.report(.circle(.dataset, Array(path[start...]) + [name]), at: draft.name.location)
        circular.formUnion(path[start...])
        return
      }
      path.append(name)
      let sources = mentioned[name] ?? []
      for source in sources { drafts[source].map(visit) }
      path.removeLast()
      if !circular.contains(name) { stages[name] = (sources.compactMap { stages[$0] }.max() ?? -1) + 1 }
    }
    sorted.forEach(visit)
    return (0...(stages.values.max() ?? 0)).map { stage in sorted.filter { stages[$0.name.value] == stage } }
  }

  /// The derived datasets that a draft speaks of.
  private static func mentioned(by draft: DerivationDraft, among derived: Set<String>) -> [String] {
    let texts =
      [draft.filter?.text].compactMap { $0 } + draft.figures.compactMap { $0.source.value?.text }
      + draft.additions.map(\.source.text)
    var names: Set<String> = [draft.from.value]
    for text in texts {
      var options = Parser.Options()
      options.floatingLiteralFunction = "decimal"
      if let expression = try? Parser.parse(text, options: options) { names.formUnion(Self.names(in: expression)) }
    }
    return names.intersection(derived).sorted()
  }

  private static func names(in node: Expression) -> Set<String> {
    switch node.kind {
    case .identifier(let name): [name]
    case .select(let operand, let field): names(in: operand).union([field])
    default: node.children.reduce(into: []) { $0.formUnion(names(in: $1)) }
    }
  }

  // MARK: One dataset

  private func resolve(
    _ draft: DerivationDraft, _ ruleBase: RuleBase, _ environments: ExpressionEnvironments
  ) -> Derivation? {
    let scope = RuleScope(ruleBase: ruleBase, environments: environments, sink: sink)
    guard let source = scope.dataset(draft.from) else { return nil }
    let filter = scope.condition(draft.filter, on: source, hasPeriod: false)
    let derivation = draft.isGrouped ? grouped(draft, source, scope) : extended(draft, source, scope)
    guard let filter, let (dataset, form) = derivation else { return nil }
    return Derivation(dataset: dataset, from: source.name, filter: filter.value, form: form)
  }

  private func grouped(
    _ draft: DerivationDraft, _ source: Dataset, _ scope: RuleScope
  ) -> (Dataset, Derivation.Form)? {
    let keys = draft.keys.compactMap { scope.field($0, of: source)?.ownName }
    var fields = keys
    var figures: [Derivation.Figure] = []
    for (name, source:figure) in draft.figures {
      if keys.contains(where: { $0.name == name.value }) {
        report(duplicate: name)
        continue
      }
      var amount: Amount?
      if let value = figure.value {
        amount = scope.derivedAmount(value, figure.aggregation, on: source)
        if amount == nil { continue }
      }
      fields.append(
        Field(
          derived: name.value, type: Self.type(of: figure.aggregation, amount),
          label: draft.labels[name.value], isNeverNull: [.count, .distinct, .sum].contains(figure.aggregation)))
      figures.append(.init(name: name.value, aggregation: figure.aggregation, amount: amount))
    }
    guard keys.count == draft.keys.count, figures.count == draft.figures.count else { return nil }
    let dataset = Dataset(
      name: draft.name.value, title: draft.title, row: draft.row, key: keys.map(\.name), fields: fields)
    return (dataset, .grouped(keys: keys.map(\.name), figures: figures))
  }

  private func extended(
    _ draft: DerivationDraft, _ source: Dataset, _ scope: RuleScope
  ) -> (Dataset, Derivation.Form)? {
    var fields = source.fields.map(\.ownName)
    var additions: [Derivation.Addition] = []
    for (name, source:value) in draft.additions {
      if source.index(of: name.value) != nil {
        report(duplicate: name)
        continue
      }
      let checked = scope.checker.check(
        value, scope: .row(source, hasPeriod: false), wanted: .value, mayBeNull: true)
      guard let checked else { continue }
      fields.append(
        Field(derived: name.value, type: FieldType(checked.checked.type) ?? .text, label: draft.labels[name.value]))
      additions.append(.init(name: name.value, value: checked))
    }
    guard additions.count == draft.additions.count else { return nil }
    let dataset = Dataset(
      name: draft.name.value, title: draft.title, row: draft.row ?? source.row, key: source.key, fields: fields,
      active: source.active)
    return (dataset, .extended(additions))
  }

  private func report(duplicate name: Located<String>) {
    sink.report(
      .duplicate(
        .field, name.value, firstFile: name.location.file.path, firstLine: name.location.range?.start.line ?? 1),
      at: name.location)
  }

  private static func type(of aggregation: Aggregation, _ amount: Amount?) -> FieldType {
    switch aggregation {
    case .count, .distinct: .integer
    case .mean: .decimal
    case .sum: amount.flatMap { FieldType($0.expression.checked.type) } == .integer ? .integer : .decimal
    case .minimum, .maximum: amount.flatMap { FieldType($0.expression.checked.type) } ?? .decimal
    }
  }
}

extension RuleScope {
  /// Resolves what rows add to a figure of a derived dataset: a least and a greatest value may also be dates.
  fileprivate func derivedAmount(
    _ source: ExpressionSource, _ aggregation: Aggregation, on dataset: Dataset
  ) -> Amount? {
    switch aggregation {
    case .minimum, .maximum:
      checker.check(source, scope: .row(dataset, hasPeriod: false), wanted: .orderedValue, mayBeNull: true)
        .map { Amount($0, of: dataset) }
    default: amount(source, aggregation, on: dataset, hasPeriod: false)
    }
  }
}

extension Field {
  /// Creates a field that is worked out from others.
  init(derived name: String, type: FieldType, label: LocalizedText? = nil, isNeverNull: Bool = false) {
    self.init(name: name, type: type, labels: label.map { [$0] } ?? [])
    isDerived = true
    self.isNeverNull = isNeverNull
  }

  /// The field as a derived dataset keeps it: rows that refer go by that dataset's own name.
  fileprivate var ownName: Field {
    var field = Field(
      name: name, type: type, labels: labels, isRequired: isRequired, isSensitive: isSensitive, unit: unit,
      trims: trims, constraint: constraint,
      reference: reference.map { Reference(dataset: $0.dataset, match: $0.match) })
    field.isDerived = isDerived
    field.isNeverNull = isNeverNull
    return field
  }
}

extension FieldType {
  /// The type of a field that holds the values of an expression; nil for a type that no field has.
  init?(_ type: CELType) {
    switch type.nonNull {
    case .string: self = .text
    case .int, .uint: self = .integer
    case .bool: self = .boolean
    case .timestamp: self = .timestamp
    case DecimalValue.type: self = .decimal
    case DateValue.type: self = .date
    default: return nil
    }
  }
}
