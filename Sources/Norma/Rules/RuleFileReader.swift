/// Reads one rule file into a rule base.
///
/// Names are not resolved here: a file may speak of a dataset that a later file declares.
struct RuleFileReader {
  /// What the files read so far have declared.
  struct Drafts {
    var datasets: [DatasetDraft] = []
    var rules: [Rule] = []
    var parameters: [Parameter] = []
    var calendars: [(name: Located<String>, calendar: WorkdayCalendar)] = []
    var waivers: [Waiver] = []
    var derivations: [DerivationDraft] = []
    var scorecards: [Scorecard] = []

    /// Adds what another file has declared.
    mutating func append(_ other: Drafts) {
      datasets += other.datasets
      rules += other.rules
      parameters += other.parameters
      calendars += other.calendars
      waivers += other.waivers
      derivations += other.derivations
      scorecards += other.scorecards
    }
  }

  let file: SourceFile
  let sink: DiagnosticSink

  /// Reads the file's root node into `drafts`.
  func read(_ root: YAMLNode, into drafts: inout Drafts) {
    if case .sequence(let items) = root.content {
      drafts.waivers += items.compactMap { waiver($0) }
      return
    }
    guard var reader = MappingReader(root, place: .ruleFile, file: file, sink: sink) else { return }
    _ = reader.text("pack")
    _ = reader.localizedText("title")
    let defaults = RuleDefaults(
      department: reader.localizedText("department"), citation: citation(&reader, inheriting: nil))
    if let node = reader.node("parameters") { drafts.parameters += parameters(node) }
    if let node = reader.node("datasets") { datasets(node, into: &drafts) }
    if let node = reader.node("calendars") { drafts.calendars += calendars(node) }
    for item in reader.list("rules") ?? [] {
      drafts.rules += RuleReader(file: file, sink: sink, defaults: defaults).rules(item)
    }
    drafts.scorecards += (reader.list("scorecards") ?? []).compactMap { scorecard($0) }
    drafts.waivers += (reader.list("waivers") ?? []).compactMap { waiver($0) }
    reader.finish()
  }

  /// Reads `source`: a document with a clause, or a text; what it leaves out is taken from the file's own.
  func citation(_ reader: inout MappingReader, inheriting default: Rule.Citation?) -> Rule.Citation? {
    guard let node = reader.node("source") else { return `default` }
    if let text = node.text { return Rule.Citation(document: LocalizedText(text), clause: `default`?.clause) }
    guard var source = MappingReader(node, place: .citation, file: file, sink: sink) else { return `default` }
    let document = source.localizedText("document") ?? `default`?.document
    let clause = source.localizedText("clause") ?? `default`?.clause
    source.finish()
    return Rule.Citation(document: document, clause: clause)
  }

  // MARK: Parameters

  private func parameters(_ node: YAMLNode) -> [Parameter] {
    guard let reader = MappingReader(node, place: .ruleFile, file: file, sink: sink) else { return [] }
    return reader.all.compactMap { entry in
      guard let name = entry.key.text else { return nil }
      let location = reader.at(entry.key.range)
      if !isName(name) { sink.report(.badName(name, .parameter), at: location) }
      return parameter(name, entry.value, location)
    }
  }

  /// Reads a parameter: a value, values by date, or a mapping with `value` and `title`.
  func parameter(_ name: String, _ node: YAMLNode, _ location: SourceLocation) -> Parameter? {
    guard case .mapping(let entries) = node.content, !Self.isDated(entries) else {
      return Parameter(name: name, title: nil, values: datedValues(node), location: location)
    }
    guard var reader = MappingReader(node, place: .parameter, file: file, sink: sink) else { return nil }
    let title = reader.localizedText("title")
    let values = reader.node("value").map { datedValues($0) } ?? []
    reader.finish()
    return Parameter(name: name, title: title, values: values, location: location)
  }

  private static func isDated(_ entries: [YAMLNode.Entry]) -> Bool {
    !entries.isEmpty && entries.allSatisfy { $0.key.text.flatMap(CivilDate.init(iso:)) != nil }
  }

  private func datedValues(_ node: YAMLNode) -> [Parameter.Dated] {
    if node.isNull { return [] }
    guard case .mapping(let entries) = node.content else {
      return parameterValue(node).map { [dated($0, node, from: nil)] } ?? []
    }
    return entries.compactMap { entry in
      guard let text = entry.key.text, let date = CivilDate(iso: text) else {
        sink.report(.expected(.date, found: Found(entry.key)), at: SourceLocation(file: file, range: entry.key.range))
        return nil
      }
      return parameterValue(entry.value).map { dated($0, entry.value, from: date) }
    }
  }

  private func dated(_ value: ParameterValue, _ node: YAMLNode, from date: CivilDate?) -> Parameter.Dated {
    Parameter.Dated(from: date, value: value, text: node.text ?? value.text)
  }

  private func parameterValue(_ node: YAMLNode) -> ParameterValue? {
    switch node.content {
    case .mapping:
      sink.report(
        .expected(.parameterValue, found: Found(node)), at: SourceLocation(file: file, range: node.range))
      return nil
    case .sequence(let items):
      return .list(items.compactMap { parameterValue($0) })
    case .scalar(let scalar):
      if let boolean = node.boolean { return .boolean(boolean) }
      guard scalar.isPlain else { return .text(scalar.text) }
      if let integer = Int64(scalar.text) { return .integer(integer) }
      if let date = CivilDate(iso: scalar.text) { return .date(date) }
      if let number = Rational(written: scalar.text) { return .decimal(number) }
      if Rational(written: FullWidth.fold(scalar.text)) != nil {
        sink.report(.expected(.number, found: Found(node)), at: SourceLocation(file: file, range: node.range))
      }
      return .text(scalar.text)
    }
  }

  // MARK: Calendars

  private func calendars(_ node: YAMLNode) -> [(name: Located<String>, calendar: WorkdayCalendar)] {
    guard let reader = MappingReader(node, place: .ruleFile, file: file, sink: sink) else { return [] }
    return reader.all.compactMap { entry in
      guard let name = entry.key.text,
        var calendar = MappingReader(entry.value, place: .calendar, file: file, sink: sink)
      else { return nil }
      return (Located(name, at: reader.at(entry.key.range)), workdayCalendar(&calendar))
    }
  }

  private func workdayCalendar(_ reader: inout MappingReader) -> WorkdayCalendar {
    _ = reader.localizedText("title")
    let weekend = reader.value("weekend", .weekdays) { node -> [Int]? in
      guard case .sequence(let items) = node.content else { return nil }
      let days = items.compactMap(\.integer)
      return days.count == items.count && days.allSatisfy((1...7).contains) ? days : nil
    }
    var exceptions: [CivilDate: Bool] = [:]
    var years: Set<Int> = []
    for entry in reader.mapping("years", .calendar)?.all ?? [] {
      guard let year = entry.key.integer else {
        reader.expected(.year, entry.key)
        continue
      }
      years.insert(year)
      guard var days = MappingReader(entry.value, place: .calendarYear, file: file, sink: sink) else { continue }
      for (key, isWorkday) in [("off", false), ("on", true)] {
        for item in days.list(key) ?? [] {
          for date in dates(item, in: days) { exceptions[date] = isWorkday }
        }
      }
      days.finish()
    }
    reader.finish()
    return WorkdayCalendar(weekend: Set(weekend?.value ?? [6, 7]), exceptions: exceptions, years: years)
  }

  /// Reads a date, a range of dates, or a mapping of a holiday's name to either.
  private func dates(_ node: YAMLNode, in reader: MappingReader) -> [CivilDate] {
    switch node.content {
    case .sequence(let items): return items.flatMap { dates($0, in: reader) }
    case .mapping(let entries): return entries.flatMap { dates($0.value, in: reader) }
    case .scalar(let scalar):
      // Hardly any is a range, which takes long to look for.
      let ends =
        scalar.text.utf8.count == 10
        ? [CivilDate(iso: scalar.text)]
        : scalar.text.split(separator: "..", omittingEmptySubsequences: false).map { CivilDate(iso: String($0)) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
        last.dayNumber - first.dayNumber < 366
      else {
        reader.expected(.dateOrRange, node)
        return []
      }
      return (first.dayNumber...last.dayNumber).map { CivilDate(dayNumber: $0) }
    }
  }

  // MARK: Waivers

  /// Reads a waiver; reports what it lacks.
  func waiver(_ node: YAMLNode) -> Waiver? {
    guard var reader = MappingReader(node, place: .waiver, file: file, sink: sink) else { return nil }
    let rule = reader.required("rule").flatMap { reader.read($0, .text) { $0.text } }
    var subject: [String: String] = [:]
    for entry in reader.mapping("subject", .waiver)?.all ?? [] {
      guard let name = entry.key.text, let value = entry.value.text else {
        reader.expected(.text, entry.value)
        continue
      }
      subject[name] = value
    }
    let periods = reader.value("period", .periodRange) { $0.text.flatMap { Self.periodSpan($0) } }
    _ = reader.required("until")
    let until = reader.date("until")
    let reason = reader.required("reason").flatMap { reader.localizedText($0) }
    let approvedBy = reader.required("approved_by").flatMap { reader.localizedText($0) }
    reader.finish()
    guard let rule, let until, let reason, let approvedBy else { return nil }
    return Waiver(
      rule: rule, subject: subject, periods: periods?.value, until: until.value, reason: reason,
      approvedBy: approvedBy, location: reader.at(node.range))
  }

  private static func periodSpan(_ text: String) -> Waiver.PeriodSpan? {
    if text == "once" { return Waiver.PeriodSpan(text: text, first: nil, last: nil) }
    let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { Period(key: String($0)) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
      first.first <= last.last
    else { return nil }
    return Waiver.PeriodSpan(text: text, first: first.first, last: last.last)
  }

  /// Whether `name` can stand in an expression: letters of any script, digits and `_`, not beginning with a digit.
  func isName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
    return name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || $0.properties.isXIDContinue }
  }
}

/// What the rules of one file share unless they say otherwise.
struct RuleDefaults {
  let department: LocalizedText?
  let citation: Rule.Citation?
}
