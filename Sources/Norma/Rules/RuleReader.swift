/// Reads what every rule says whatever its kind, and hands the rest to its kind.
struct RuleReader {
  let file: SourceFile
  let sink: DiagnosticSink
  let defaults: RuleDefaults

  /// Reads a rule, or the rules that it stands for: one for each entry of the list `for`, or for each combination of the
  /// values of its names.
  func rules(_ node: YAMLNode) -> [Rule] {
    guard let variables = node["for"], !variables.isNull else { return [rule(node, [:])].compactMap { $0 } }
    return variants(variables).compactMap { rule(node, $0) }
  }

  private func variants(_ variables: YAMLNode) -> [[String: String]] {
    if case .sequence(let entries) = variables.content { return listedVariants(entries) }
    guard var reader = MappingReader(variables, place: .rule, file: file, sink: sink) else { return [] }
    var variants: [[String: String]] = [[:]]
    for entry in reader.all {
      guard let name = entry.key.text else { continue }
      let values = reader.texts(name) ?? []
      if values.isEmpty { sink.report(.emptyValue(name), at: reader.at(entry.key.range)) }
      if variants.count * max(1, values.count) > Self.mostVariants {
        sink.report(.tooManyVariants(limit: Self.mostVariants), at: reader.at(entry.key.range))
        return []
      }
      variants = variants.flatMap { variant in values.map { variant.merging([name: $0.value]) { $1 } } }
    }
    return variants
  }

  /// Reads variants that are written out, each with a value for every name.
  private func listedVariants(_ entries: [YAMLNode]) -> [[String: String]] {
    var names: [String]?
    return entries.compactMap { entry in
      guard var reader = MappingReader(entry, place: .variant, file: file, sink: sink) else { return nil }
      for name in names ?? [] { _ = reader.required(name) }
      names = names ?? reader.all.compactMap(\.key.text)
      let values = (names ?? []).compactMap { name in reader.text(name).map { (name, $0.value) } }
      reader.finish()
      return Dictionary(values) { first, _ in first }
    }
  }

  /// The greatest number of rules that one may stand for.
  static let mostVariants = 1000

  /// Reads one rule, with `values` for `{name}`; nil where it says too little to go on, which is reported.
  private func rule(_ node: YAMLNode, _ values: [String: String]) -> Rule? {
    // Most runs don't look at the tests, which are most of what stands with a rule: they wait.
    let own = values.isEmpty ? node : node.replacing(values, except: ["tests", "for"])
    guard var reader = MappingReader(own, place: .rule, file: file, sink: sink) else { return nil }
    _ = reader.required("id")
    let id = reader.value("id", .ruleID) { $0.text }
    if let id, !Self.isRuleID(id.value) { sink.report(.badRuleID(id.value), at: id.location) }
    let title = reader.localizedText("title")
    let citation = RuleFileReader(file: file, sink: sink).citation(&reader, inheriting: defaults.citation)
    let severity = reader.choice("severity", Severity.self) ?? .major
    let department = reader.localizedText("department") ?? defaults.department
    let from = reader.date("from")
    let until = reader.date("until")
    if let from, let until, until.value < from.value {
      sink.report(.rangeReversed("from", "until"), at: until.location)
    }
    let weight = reader.number("weight")?.value ?? Rational(1)
    let remedy = reader.localizedText("remedy")
    let tags = (reader.texts("tags") ?? []).map(\.value)
    let isEnabled = reader.boolean("enabled") ?? true
    let implements = (reader.texts("implements") ?? []).map(\.value)
    _ = reader.node("for")
    let tests = reader.node("tests").map { YAMLFragment($0, in: file, replacing: values) }
    let kind = kind(&reader)
    reader.finish()
    guard let id, let kind else { return nil }
    return Rule(
      id: id.value, title: title ?? LocalizedText(id.value), citation: citation, severity: severity,
      department: department, from: from?.value, until: until?.value, weight: weight, remedy: remedy, tags: tags,
      isEnabled: isEnabled, implements: implements, kind: kind, tests: tests,
      variant: values.isEmpty ? nil : Rule.Variant(writtenID: node["id"]?.text ?? id.value, values: values),
      location: id.location)
  }

  private func kind(_ reader: inout MappingReader) -> (any RuleKind)? {
    let keywords = RuleKinds.all.map { $0.keyword }
    let present = reader.present(keywords)
    // Asking for each of them makes it known, so that a misspelt kind is told with the right one as a hint.
    let nodes = keywords.map { reader.node($0) }
    if present.count > 1 {
      sink.report(.conflictingKeys(present, .rule), at: reader.keyLocation(present[1]))
    }
    guard let keyword = present.first, let index = keywords.firstIndex(of: keyword) else {
      sink.report(.missingOneOf(keywords, .rule), at: reader.location)
      return nil
    }
    // A kind with nothing behind it is told as every other key.
    guard let node = nodes[index] else { return nil }
    guard var kindReader = MappingReader(node, place: .kind(keyword), file: file, sink: sink) else { return nil }
    let kind = RuleKinds.all[index].init(&kindReader)
    kindReader.finish()
    return kind
  }

  private static func isRuleID(_ text: String) -> Bool {
    // Letters and digits, with single points and hyphens between them.
    var mayEnd = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): mayEnd = true
      case UInt8(ascii: "."), UInt8(ascii: "-"):
        if !mayEnd { return false }
        mayEnd = false
      default: return false
      }
    }
    return mayEnd
  }
}
