/// Reads a project and all that it names, and checks the whole.
public struct ProjectLoader {
  private let sink: DiagnosticSink
  private let machineTimeZone: TimeZoneRules

  /// Creates a loader that reports mistakes to `sink`; a project without a time zone is given the machine's.
  public init(sink: DiagnosticSink, machineTimeZone: TimeZoneRules) {
    self.sink = sink
    self.machineTimeZone = machineTimeZone
  }

  /// Reads the project at `path`; a folder stands for the `norma.yaml` in it. Returns nil where it can't be used, which
  /// is reported.
  public func load(_ path: String) -> Project? { read(path)?.project }

  /// What a project's files hold.
  struct Contents {
    /// The project; nil where it can't be used.
    let project: Project?
    /// Its rules, with the values of parameters that the rule files give.
    let rules: CheckedRules
  }

  /// Reads the project at `path`; nil where there is none to speak of.
  func read(_ path: String) -> Contents? {
    var path = path
    if case .success(.directory) = FileSystem.entry(at: path) { path = FileSystem.resolve("norma.yaml", from: path) }
    guard let (file, root) = YAMLFile.read(path, largest: RuleBaseLoader.largestFile, sink: sink),
      var reader = MappingReader(root, place: .project, file: file, sink: sink)
    else { return nil }
    let folder = FileSystem.folder(of: path)
    let version = reader.required("norma").flatMap { reader.read($0, .formatVersion(1)) { $0.integer == 1 ? 1 : nil } }
    let organization = reader.required("organization").flatMap { reader.localizedText($0) }
    var loader = RuleBaseLoader(sink: sink)
    if reader.required("rules") != nil {
      for item in reader.texts("rules") ?? [] {
        loader.read(path: FileSystem.resolve(item.value, from: folder), from: item.location)
      }
    }
    var ruleBase = loader.load()
    let written = ruleBase
    let since = reader.date("since")?.value
    let timeZone = reader.timeZone()
    let language = reader.choice("language", Language.self) ?? .zh
    let calendar = reader.calendar(of: ruleBase)
    reader.override(&ruleBase)
    let enabled = reader.texts("enable") ?? []
    for pattern in enabled {
      let wildcards = WildcardPattern(pattern.value)
      if !ruleBase.rules.contains(where: { wildcards.matches($0.id) }) {
        sink.report(.enableMatchesNothing(pattern.value), at: pattern.location)
      }
    }
    let sources = sources(&reader, ruleBase, folder: folder)
    ruleBase.waivers += waivers(&reader, folder: folder)
    reader.finish()
    let plans = RuleBaseCheck(ruleBase: ruleBase, sink: sink).plans()
    let rules = CheckedRules(ruleBase: written, plans: plans)
    guard version != nil, let organization, !sink.hasErrors else { return Contents(project: nil, rules: rules) }
    let project = Project(
      path: path, organization: organization, ruleBase: ruleBase, plans: plans, since: since,
      timeZone: timeZone ?? machineTimeZone, calendar: calendar, language: language, enabled: enabled.map(\.value),
      sources: sources)
    return Contents(project: project, rules: rules)
  }

  private func waivers(_ reader: inout MappingReader, folder: String) -> [Waiver] {
    guard let node = reader.node("waivers") else { return [] }
    let ownFile = RuleFileReader(file: reader.file, sink: sink)
    if case .sequence(let items) = node.content, !items.contains(where: { $0.text != nil }) {
      return items.compactMap { ownFile.waiver($0) }
    }
    var drafts = RuleFileReader.Drafts()
    for path in reader.texts("waivers") ?? [] {
      let resolved = FileSystem.resolve(path.value, from: folder)
      if let (file, root) = YAMLFile.read(resolved, largest: RuleBaseLoader.largestFile, sink: sink) {
        RuleFileReader(file: file, sink: sink).read(root, into: &drafts)
      }
    }
    return drafts.waivers
  }

  // MARK: Data sources

  private func sources(
    _ reader: inout MappingReader, _ ruleBase: RuleBase, folder: String
  ) -> [String: DataSource] {
    guard let data = reader.mapping("data", .project) else { return [:] }
    var sources: [String: DataSource] = [:]
    for entry in data.all {
      guard let name = entry.key.text else { continue }
      let location = data.at(entry.key.range)
      if ruleBase.datasets[name] == nil || ruleBase.derivations[name] != nil || ruleBase.isMadeByAudit(name) {
        let candidates = ruleBase.datasets.keys.filter {
          ruleBase.derivations[$0] == nil && !ruleBase.isMadeByAudit($0)
        }
        sink.report(.unknown(.dataset, name, candidates: candidates.sorted()), at: location)
        continue
      }
      sources[name] = source(entry.value, data, folder: folder)
    }
    return sources
  }

  private func source(_ node: YAMLNode, _ data: MappingReader, folder: String) -> DataSource? {
    let paths: [Located<String>]
    var encoding: String?
    var headerRow: Int?
    switch node.content {
    case .scalar, .sequence:
      let items = if case .sequence(let items) = node.content { items } else { [node] }
      paths = items.compactMap { item in data.read(item, .dataSource) { $0.text } }
    case .mapping:
      guard var reader = MappingReader(node, place: .dataSource, file: data.file, sink: sink) else { return nil }
      for kind in ["sqlite", "postgres"] where reader.node(kind) != nil {
        sink.report(.unsupportedSource(kind), at: reader.keyLocation(kind))
        return nil
      }
      _ = reader.required("file")
      paths = reader.texts("file") ?? []
      encoding = reader.text("encoding")?.value
      headerRow = reader.integer("header_row")?.value
      reader.finish()
    }
    for path in paths where !["csv", "tsv", "txt"].contains(Self.ending(of: path.value)) {
      sink.report(.unsupportedSource(Self.ending(of: path.value)), at: path.location)
    }
    return DataSource(
      paths: paths.map { FileSystem.resolve($0.value, from: folder) }, encoding: encoding, headerRow: headerRow,
      location: data.at(node.range))
  }

  private static func ending(of path: String) -> String {
    path.split(separator: "/").last?.split(separator: ".").dropFirst().last.map { $0.lowercased() } ?? "file"
  }
}

extension MappingReader {
  /// Reads `timezone`; nil where it is absent, or unknown, which is reported.
  mutating func timeZone() -> TimeZoneRules? {
    guard let name = text("timezone") else { return nil }
    guard let zone = try? TimeZoneRules(named: name.value, environment: [:]) else {
      sink.report(.unknown(.timeZone, name.value, candidates: ["Asia/Shanghai", "UTC"]), at: name.location)
      return nil
    }
    return zone
  }

  /// Reads `calendar`; weekends alone where it is absent, or unknown, which is reported.
  mutating func calendar(of ruleBase: RuleBase) -> WorkdayCalendar {
    guard let name = text("calendar") else { return .weekendsOnly }
    guard let calendar = ruleBase.calendars[name.value] else {
      sink.report(.unknown(.calendar, name.value, candidates: ruleBase.calendars.keys.sorted()), at: name.location)
      return .weekendsOnly
    }
    return calendar
  }

  /// Reads `parameters` and puts the values into `ruleBase` in place of those declared.
  mutating func override(_ ruleBase: inout RuleBase) {
    guard let parameters = mapping("parameters", place) else { return }
    for entry in parameters.all {
      guard let name = entry.key.text else { continue }
      let location = parameters.at(entry.key.range)
      guard let declared = ruleBase.parameters[name] else {
        let candidates = ruleBase.parameters.keys.sorted()
        sink.report(.overrideOfUnknownParameter(name, candidates: candidates), at: location)
        continue
      }
      let files = RuleFileReader(file: parameters.file, sink: sink)
      guard let value = files.parameter(name, entry.value, location) else { continue }
      ruleBase.parameters[name] = Parameter(
        name: name, title: value.title ?? declared.title, values: value.values, location: declared.location,
        overrideLocation: location)
    }
  }
}

/// A rule base with the plans of its rules that have no mistake.
struct CheckedRules {
  let ruleBase: RuleBase
  let plans: [String: RulePlan]

  /// Checks a rule base; mistakes are reported to `sink`.
  init(checking ruleBase: RuleBase, sink: DiagnosticSink) {
    self.init(ruleBase: ruleBase, plans: RuleBaseCheck(ruleBase: ruleBase, sink: sink).plans())
  }

  init(ruleBase: RuleBase, plans: [String: RulePlan]) {
    self.ruleBase = ruleBase
    self.plans = plans
  }
}

/// Checks a whole rule base: lowers every rule, and reports what is declared and never used.
public struct RuleBaseCheck {
  let ruleBase: RuleBase
  let sink: DiagnosticSink

  /// Creates a check that reports to `sink`.
  public init(ruleBase: RuleBase, sink: DiagnosticSink) {
    self.ruleBase = ruleBase
    self.sink = sink
  }

  /// Returns the plan of a rule; nil where it has a mistake, which is reported.
  static func plan(of rule: Rule, in scope: RuleScope) -> RulePlan? {
    rule.kind.lower(in: scope).map {
      RulePlan(rule: rule.id, from: rule.from, until: rule.until, obligations: $0)
    }
  }

  /// Returns the plans of the rules that have no mistake, by id.
  public func plans() -> [String: RulePlan] {
    let base = ruleBase
    let environments = ExpressionEnvironments(base)
    let parts = SideBySide.map(parts: base.rules, atLeast: 10) {
      rules -> (plans: [RulePlan], parameters: Set<String>, found: [Diagnostic]) in
      let sink = DiagnosticSink()
      let scope = RuleScope(ruleBase: base, environments: environments, sink: sink)
      let plans = rules.compactMap { Self.plan(of: $0, in: scope) }
      return (plans, plans.reduce(into: []) { $0.formUnion($1.parameters) }, sink.diagnostics)
    }
    for part in parts { sink.report(part.found) }
    var plans: [String: RulePlan] = [:]
    plans.reserveCapacity(base.rules.count)
    for part in parts { for plan in part.plans { plans[plan.rule] = plan } }
    if plans.count == ruleBase.rules.count {
      reportUnused(parts.reduce(into: []) { $0.formUnion($1.parameters) })
      reportCircles(plans)
    }
    for waiver in ruleBase.waivers { reportUnmatched(waiver.rule) }
    return plans
  }

  /// Reports a pattern of rule ids that fits none.
  private func reportUnmatched(_ pattern: Located<String>) {
    let wildcards = WildcardPattern(pattern.value)
    if !ruleBase.rules.contains(where: { wildcards.matches($0.id) }) {
      sink.report(.noRulesMatch(pattern.value), at: pattern.location)
    }
  }

  private func reportCircles(_ plans: [String: RulePlan]) {
    let stages = RuleStages(ruleBase.rules.compactMap { plans[$0.id] }, ruleBase)
    for circle in stages.circles {
      guard let rule = ruleBase.rules.first(where: { $0.id == circle[0] }) else { continue }
      sink.report(.circle(.rule, circle), at: rule.location)
    }
    for scorecard in ruleBase.scorecards {
      for pattern in scorecard.rules + scorecard.caps.map(\.rule) { reportUnmatched(pattern) }
    }
  }

  /// Reports the parameters that stand neither among those that rules use nor in derived datasets.
  private func reportUnused(_ usedByRules: Set<String>) {
    guard !ruleBase.rules.isEmpty else { return }
    var used = usedByRules
    for expression in ruleBase.derivations.values.flatMap(\.expressions) { used.formUnion(expression.parameters) }
    for parameter in ruleBase.parameters.values where !used.contains(parameter.name) {
      sink.report(.unusedParameter(parameter.name), at: parameter.location)
    }
  }
}
