/// Reads rule files into one rule base and resolves the names in them.
public struct RuleBaseLoader {
  /// The largest rule file that is read, in bytes.
  public static let largestFile = 8 << 20

  private let sink: DiagnosticSink
  private var drafts = RuleFileReader.Drafts()
  /// The files read, in order.
  public private(set) var files: [SourceFile] = []

  /// Creates a loader that reports mistakes to `sink`.
  public init(sink: DiagnosticSink) {
    self.sink = sink
  }

  /// Reads rule files; of a folder, all `.yaml` and `.yml` files below it in the order of their paths. A folder without
  /// any is a mistake: its duties would pass in silence.
  public mutating func read(path: String, from origin: SourceLocation? = nil) {
    let origin = origin ?? SourceLocation(file: SourceFile(path: path, text: ""), range: nil)
    switch FileSystem.ruleFiles(at: path) {
    case .failure(let error): sink.report(.file(error.problem), at: origin)
    case .success(let paths):
      if paths.isEmpty { sink.report(.file(.noRuleFiles), at: origin) }
      for read in SideBySide.map(paths.count, { Self.readFile(paths[$0]) }) {
        sink.report(read.diagnostics)
        if let file = read.file { files.append(file) }
        drafts.append(read.drafts)
      }
    }
  }

  private static func readFile(
    _ path: String
  ) -> (file: SourceFile?, drafts: RuleFileReader.Drafts, diagnostics: [Diagnostic]) {
    let sink = DiagnosticSink()
    var drafts = RuleFileReader.Drafts()
    guard let (file, root) = YAMLFile.read(path, largest: largestFile, sink: sink) else {
      return (nil, drafts, sink.diagnostics)
    }
    RuleFileReader(file: file, sink: sink).read(root, into: &drafts)
    return (file, drafts, sink.diagnostics)
  }

  /// Reads a rule file that is given as text, for tests and for rules that are not in a file.
  public mutating func read(text: String, path: String) {
    let file = SourceFile(path: path, text: text)
    files.append(file)
    guard let root = YAMLParser.parse(text, file: file, sink: sink) else { return }
    RuleFileReader(file: file, sink: sink).read(root, into: &drafts)
  }

  /// Resolves the names in everything read, and reports the ones that lead nowhere or stand twice.
  public consuming func load() -> RuleBase {
    var ruleBase = RuleBase()
    var drafted: [String: DatasetDraft] = [:]
    for name in drafts.derivations.map(\.name) + drafts.datasets.map(\.name)
    where ruleBase.isMadeByAudit(name.value) {
      sink.report(.reservedName(name.value), at: name.location)
    }
    for draft in drafts.datasets {
      let name = draft.name
      if let first = ruleBase.datasetLocations[name.value] {
        report(duplicate: .dataset, name.value, at: name.location, first: first)
      } else {
        ruleBase.datasetLocations[name.value] = name.location
        drafted[name.value] = draft
      }
    }
    let resolver = DatasetResolver(drafts: drafted, derivations: drafts.derivations, sink: sink)
    for (name, draft) in drafted { ruleBase.datasets[name] = resolver.resolve(draft) }
    for draft in drafts.derivations {
      if let first = ruleBase.datasetLocations[draft.name.value] {
        report(duplicate: .dataset, draft.name.value, at: draft.name.location, first: first)
      } else {
        ruleBase.datasetLocations[draft.name.value] = draft.name.location
      }
    }
    var scorecardLocations: [String: SourceLocation] = [:]
    for scorecard in drafts.scorecards {
      if let first = scorecardLocations[scorecard.id.value] {
        report(duplicate: .scorecard, scorecard.id.value, at: scorecard.id.location, first: first)
      } else {
        scorecardLocations[scorecard.id.value] = scorecard.id.location
        ruleBase.scorecards.append(scorecard)
      }
    }
    ruleBase.datasets[RuleBase.outcomesName] = AuditTables.outcomes
    if !ruleBase.scorecards.isEmpty {
      ruleBase.datasets[RuleBase.scorecardsName] = AuditTables.scores(ruleBase.scorecards)
    }
    for parameter in drafts.parameters {
      if let first = ruleBase.parameters[parameter.name] {
        report(duplicate: .parameter, parameter.name, at: parameter.location, first: first.location)
      } else {
        ruleBase.parameters[parameter.name] = parameter
      }
    }
    var calendarLocations: [String: SourceLocation] = [:]
    for (name, calendar) in drafts.calendars {
      if let first = calendarLocations[name.value] {
        report(duplicate: .calendar, name.value, at: name.location, first: first)
      } else {
        calendarLocations[name.value] = name.location
        ruleBase.calendars[name.value] = calendar
      }
    }
    var ruleLocations: [String: SourceLocation] = [:]
    for rule in drafts.rules {
      if let first = ruleLocations[rule.id] {
        report(duplicate: .rule, rule.id, at: rule.location, first: first)
      } else {
        ruleLocations[rule.id] = rule.location
        ruleBase.rules.append(rule)
      }
    }
    ruleBase.waivers = drafts.waivers
    DerivationResolver(drafts: drafts.derivations, sink: sink).resolve(into: &ruleBase)
    return ruleBase
  }

  private func report(
    duplicate thing: NamedThing, _ name: String, at location: SourceLocation, first: SourceLocation
  ) {
    sink.report(
      .duplicate(thing, name, firstFile: first.file.path, firstLine: first.range?.start.line ?? 1), at: location)
  }
}

/// Resolves the names that a dataset's declaration speaks of.
struct DatasetResolver {
  let drafts: [String: DatasetDraft]
  let derivations: [DerivationDraft]
  let sink: DiagnosticSink

  /// Returns the dataset with its references; what leads nowhere is reported and left out.
  func resolve(_ draft: DatasetDraft) -> Dataset {
    for name in draft.key { _ = field(name, of: draft) }
    var active: Dataset.Activity?
    if draft.activeFrom != nil || draft.activeUntil != nil {
      for name in [draft.activeFrom, draft.activeUntil].compactMap({ $0 }) {
        if let field = field(name, of: draft)?.field, ![.date, .timestamp].contains(field.type) {
          sink.report(
            .fieldType(name.value, dataset: draft.name.value, is: field.type, wanted: [.date, .timestamp]),
            at: name.location)
        }
      }
      active = Dataset.Activity(from: draft.activeFrom?.value, until: draft.activeUntil?.value)
    }
    let fields = draft.fields.map { fieldDraft -> Field in
      let field = fieldDraft.field
      return Field(
        name: field.name, type: field.type, labels: field.labels, isRequired: field.isRequired,
        isSensitive: field.isSensitive, unit: field.unit, trims: field.trims, constraint: field.constraint,
        reference: fieldDraft.reference.flatMap { reference($0, of: fieldDraft, in: draft) })
    }
    return Dataset(
      name: draft.name.value, title: draft.title, row: draft.row, key: draft.key.map(\.value), fields: fields,
      active: active, checksKeys: draft.checksKeys)
  }

  private func field(_ name: Located<String>, of draft: DatasetDraft) -> DatasetDraft.FieldDraft? {
    if let field = draft.fields.first(where: { $0.name.value == name.value }) { return field }
    sink.report(
      .unknownField(name.value, dataset: draft.name.value, candidates: draft.fields.map(\.name.value)),
      at: name.location)
    return nil
  }

  private func reference(
    _ reference: DatasetDraft.ReferenceDraft, of field: DatasetDraft.FieldDraft, in draft: DatasetDraft
  ) -> Field.Reference? {
    guard let target = target(reference.dataset.value) else {
      let candidates = drafts.keys.sorted() + derivations.map(\.name.value)
      sink.report(.unknown(.dataset, reference.dataset.value, candidates: candidates), at: reference.dataset.location)
      return nil
    }
    let key = target.key.map(\.value)
    if key.isEmpty {
      sink.report(.referenceToKeylessDataset(target.name.value), at: reference.dataset.location)
      return nil
    }
    guard let match = reference.match else {
      guard key.count == 1 else {
        sink.report(.referenceNeedsMatch(dataset: target.name.value, key: key), at: reference.dataset.location)
        return nil
      }
      checkTypes(field, key[0], in: target)
      return Field.Reference(
        dataset: target.name.value, match: [.init(theirs: key[0], ours: field.name.value)],
        inverseName: reference.inverseName)
    }
    var ours: [String: String] = [:]
    for pair in match {
      guard self.field(pair.theirs, of: target) != nil, let own = self.field(pair.ours, of: draft) else { return nil }
      checkTypes(own, pair.theirs.value, in: target)
      ours[pair.theirs.value] = pair.ours.value
    }
    guard Set(ours.keys) == Set(key) else {
      sink.report(.referenceNeedsMatch(dataset: target.name.value, key: key), at: reference.dataset.location)
      return nil
    }
    return Field.Reference(
      dataset: target.name.value, match: key.compactMap { name in ours[name].map { .init(theirs: name, ours: $0) } },
      inverseName: reference.inverseName)
  }

  /// The dataset that a reference leads to; of a derived one, what it keeps of the dataset that it is derived from.
  private func target(_ name: String, depth: Int = 0) -> DatasetDraft? {
    if let draft = drafts[name] { return draft }
    guard depth < derivations.count, let derivation = derivations.first(where: { $0.name.value == name }),
      let source = target(derivation.from.value, depth: depth + 1)
    else { return nil }
    return DatasetDraft(
      name: derivation.name, title: derivation.title, row: derivation.row,
      key: derivation.isGrouped ? derivation.keys : source.key, activeFrom: nil, activeUntil: nil,
      fields: source.fields)
  }

  private func checkTypes(_ field: DatasetDraft.FieldDraft, _ theirs: String, in target: DatasetDraft) {
    guard let other = target.fields.first(where: { $0.name.value == theirs }),
      other.field.type != field.field.type
    else { return }
    sink.report(
      .referenceTypeDiffers(field: field.name.value, field.field.type, theirs: theirs, other.field.type),
      at: field.name.location)
  }
}
