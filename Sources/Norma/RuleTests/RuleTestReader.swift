/// Reads rule tests, and reports every name in them that leads nowhere.
struct RuleTestReader {
  let ruleBase: RuleBase
  /// The plans of the rules without a mistake, by id.
  let plans: [String: RulePlan]
  let sink: DiagnosticSink
  private let names: Names
  private let environments: ExpressionEnvironments

  /// The places of rules by the names that tests give them.
  struct Names {
    private(set) var places: [String: [Int]] = [:]

    /// Collects the ids, and the ids that are written for several variants. O(rules).
    init(of rules: [Rule]) {
      for (place, rule) in rules.enumerated() {
        places[rule.id] = [place]
        if let written = rule.variant?.writtenID { places[written, default: []].append(place) }
      }
    }
  }

  /// Prepares for the tests of rules.
  init(_ checked: CheckedRules, names: Names, sink: DiagnosticSink) {
    ruleBase = checked.ruleBase
    plans = checked.plans
    self.sink = sink
    self.names = names
    environments = ExpressionEnvironments(ruleBase)
  }

  /// Reads the tests that stand with a rule.
  func tests(of rule: Rule) -> [RuleTest] {
    guard let tests = rule.tests else { return [] }
    return items(tests.node, tests.file).enumerated().compactMap { index, item in
      guard var reader = MappingReader(item, place: .ruleTest, file: tests.file, sink: sink) else { return nil }
      return test(of: rule, number: index + 1, &reader)
    }
  }

  /// Reads a file of tests: a list under `tests`, of which each names its rule, or several, or all variants of one by the
  /// id that is written for them.
  func tests(inFile path: String) -> [RuleTest] {
    guard let (file, root) = YAMLFile.read(path, largest: RuleBaseLoader.largestFile, sink: sink),
      var reader = MappingReader(root, place: .testFile, file: file, sink: sink)
    else { return [] }
    let items = reader.required("tests").map { self.items($0, file) } ?? []
    reader.finish()
    return items.enumerated().flatMap { index, item -> [RuleTest] in
      guard var reader = MappingReader(item, place: .ruleTest, file: file, sink: sink) else { return [] }
      _ = reader.required("rule")
      let named = (reader.texts("rule") ?? []).flatMap { rules(named: $0) }
      return named.compactMap { rule in
        let own = rule.variant.map { item.replacing($0.values) } ?? item
        guard var reader = MappingReader(own, place: .ruleTest, file: file, sink: sink) else { return nil }
        _ = reader.node("rule")
        return test(of: rule, number: index + 1, &reader)
      }
    }
  }

  /// The rule with an id, or all variants for which it is written; none is reported.
  private func rules(named id: Located<String>) -> [Rule] {
    if let places = names.places[id.value] { return places.map { ruleBase.rules[$0] } }
    sink.report(.unknown(.rule, id.value, candidates: ruleBase.rules.map(\.id)), at: id.location)
    return []
  }

  private func items(_ node: YAMLNode, _ file: SourceFile) -> [YAMLNode] {
    if case .sequence(let items) = node.content { return items }
    sink.report(.expected(.list, found: Found(node)), at: SourceLocation(file: file, range: node.range))
    return []
  }

  private func test(of rule: Rule, number: Int, _ reader: inout MappingReader) -> RuleTest? {
    let name = reader.localizedText("name")
    _ = reader.required("as_of")
    let asOf = reader.date("as_of")
    let since = reader.date("since")
    let timeZone = reader.timeZone()
    let calendar = reader.calendar(of: ruleBase)
    var ruleBase = ruleBase
    reader.override(&ruleBase)
    let isOverridden = !reader.present(["parameters"]).isEmpty
    let plan = isOverridden ? self.plan(of: rule, ruleBase) : plans[rule.id]
    let data = data(&reader, rule, plan)
    let isComplete = reader.boolean("complete") ?? false
    _ = reader.required("expect")
    let expectations = (reader.list("expect") ?? []).compactMap { expectation($0, plan, reader.file) }
    reader.finish()
    guard let asOf, let plan else { return nil }
    ruleBase.rules = [rule]
    ruleBase.waivers = []
    return RuleTest(
      rule: rule, name: name, number: number, location: reader.location, asOf: asOf.value, data: data,
      expectations: expectations, isComplete: isComplete || expectations.isEmpty, ruleBase: ruleBase, plan: plan,
      since: since?.value, timeZone: timeZone ?? .utc, calendar: calendar)
  }

  /// The plan of a rule under other parameters; a value that a condition can't use is reported where it is used.
  private func plan(of rule: Rule, _ ruleBase: RuleBase) -> RulePlan? {
    guard plans[rule.id] != nil else { return nil }
    let found = DiagnosticSink()
    let environments = ExpressionEnvironments(ruleBase, sharing: environments)
    let plan = RuleBaseCheck.plan(
      of: rule, in: RuleScope(ruleBase: ruleBase, environments: environments, sink: found))
    for diagnostic in found.diagnostics where diagnostic.severity == .error {
      sink.report(diagnostic.problem, at: diagnostic.location)
    }
    return plan
  }

  // MARK: Data

  private func data(
    _ reader: inout MappingReader, _ rule: Rule, _ plan: RulePlan?
  ) -> [(dataset: String, table: InlineTable)] {
    guard let data = reader.mapping("data", .testData) else { return [] }
    let read = plan.map { ruleBase.datasetsRead(by: $0) }
    return data.all.compactMap { entry in
      guard let name = entry.key.text else { return nil }
      let location = data.at(entry.key.range)
      guard let dataset = ruleBase.datasets[name] else {
        sink.report(.unknown(.dataset, name, candidates: ruleBase.datasets.keys.sorted()), at: location)
        return nil
      }
      if let read, !read.contains(name) {
        sink.report(.datasetNotRead(name, rule: rule.id, read: read.sorted()), at: location)
      }
      if entry.value.isNull { return (name, InlineTable(rows: [])) }
      return (name, InlineTable(rows: items(entry.value, data.file).compactMap { row($0, dataset, data.file) }))
    }
  }

  private func row(_ node: YAMLNode, _ dataset: Dataset, _ file: SourceFile) -> [InlineTable.Value]? {
    guard let reader = MappingReader(node, place: .testRow, file: file, sink: sink) else { return nil }
    let values = reader.all.compactMap { entry -> InlineTable.Value? in
      guard let name = entry.key.text else { return nil }
      if dataset.index(of: name) == nil {
        sink.report(
          .unknownField(name, dataset: dataset.name, candidates: candidates(for: name, dataset)),
          at: reader.at(entry.key.range))
        return nil
      }
      guard let text = entry.value.text else {
        reader.expected(.cell, entry.value)
        return nil
      }
      return InlineTable.Value(field: name, text: entry.value.isNull ? nil : text)
    }
    if reader.all.allSatisfy({ $0.value.isNull }) {
      sink.report(.rowWithoutValue(dataset: dataset.name), at: reader.location)
    }
    return values
  }

  /// The names that may have been meant: the field with that label, if there is one.
  private func candidates(for name: String, _ dataset: Dataset) -> [String] {
    let labelled = dataset.fields.filter { $0.labels.contains { $0.zh == name || $0.en == name } }
    return (labelled.isEmpty ? dataset.fields : labelled).map(\.name)
  }

  // MARK: Expectations

  private func expectation(_ node: YAMLNode, _ plan: RulePlan?, _ file: SourceFile) -> ExpectedObligation? {
    guard var reader = MappingReader(node, place: .expectation, file: file, sink: sink) else { return nil }
    let subject = subject(&reader, plan)
    let period = reader.value("period", .periodKey) { node in
      node.text.flatMap { $0 == "once" || Period(key: $0) != nil ? $0 : nil }
    }
    _ = reader.required("outcome")
    let outcomes = Outcome.allCases.filter { $0 != .waived }
    let outcome = reader.value("outcome", .oneOf(outcomes.map(\.rawValue))) { node in
      outcomes.first { $0.rawValue == node.text }
    }
    let due = reader.date("due")
    let figures = figures(&reader)
    let note = reader.localizedText("note")
    reader.finish()
    guard let outcome else { return nil }
    return ExpectedObligation(
      subject: subject, period: period?.value, outcome: outcome.value, due: due?.value, figures: figures, note: note,
      location: reader.location)
  }

  private func subject(_ reader: inout MappingReader, _ plan: RulePlan?) -> [(field: String, value: String?)] {
    let names = plan.map { $0.subjectNames(ruleBase.datasets) }
    guard let node = reader.node("subject") else {
      if let names, !names.isEmpty { sink.report(.missingKey("subject", .expectation), at: reader.location) }
      return []
    }
    guard var subject = MappingReader(node, place: .testSubject, file: reader.file, sink: sink) else { return [] }
    for name in names ?? subject.all.compactMap(\.key.text) {
      _ = subject.node(name)
      if subject.present([name]).isEmpty { sink.report(.missingKey(name, .testSubject), at: subject.location) }
    }
    subject.finish()
    return subject.all.compactMap { entry in
      guard let name = entry.key.text else { return nil }
      guard let text = entry.value.text else {
        subject.expected(.cell, entry.value)
        return nil
      }
      return (name, entry.value.isNull ? nil : text)
    }
  }

  private func figures(_ reader: inout MappingReader) -> [ExpectedFigure] {
    guard let figures = reader.mapping("figures", .testFigures) else { return [] }
    return figures.all.compactMap { entry in
      guard let name = entry.key.text,
        let value = figures.read(entry.value, .figureBounds, Self.figure)
      else { return nil }
      return ExpectedFigure(
        name: Located(name, at: figures.at(entry.key.range)), text: Self.text(of: entry.value), value: value.value)
    }
  }

  private static func figure(_ node: YAMLNode) -> ExpectedFigure.Value? {
    if node.isNull { return .nothing }
    guard case .sequence(let items) = node.content else {
      guard let text = node.text else { return nil }
      return CivilDate(iso: text).map { .day($0) } ?? Rational(written: text).map { .number($0) }
    }
    var numbers: [Rational?] = []
    for item in items {
      let number = item.text.flatMap { Rational(written: $0) }
      if number == nil && !item.isNull { return nil }
      numbers.append(number)
    }
    return .list(numbers)
  }

  private static func text(of node: YAMLNode) -> String {
    if case .sequence(let items) = node.content { return "[\(items.map { text(of: $0) }.joined(separator: ", "))]" }
    return node.isNull ? "null" : node.text ?? ""
  }
}

extension RulePlan {
  /// The names of the parts of a subject: those of `each`, or the key of the rows that are judged; none for the
  /// organization.
  func subjectNames(_ datasets: [String: Dataset]) -> [String] {
    if !judgesRows { return parts.map(\.name) }
    let key = datasets[dataset]?.key ?? []
    return key.isEmpty ? ["row"] : key
  }
}

extension RuleBase {
  /// The datasets that a rule reads, and those whose rows they name.
  func datasetsRead(by plan: RulePlan) -> Set<String> {
    var names: Set<String> = []
    var open = Array(roots(of: plan.datasets))
    while let name = open.popLast() {
      guard let dataset = datasets[name], names.insert(name).inserted else { continue }
      open += roots(of: dataset.fields.compactMap { $0.reference?.dataset })
    }
    return names
  }
}
