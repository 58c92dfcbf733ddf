extension RuleFileReader {
  /// Reads a scorecard; reports what it lacks.
  func scorecard(_ node: YAMLNode) -> Scorecard? {
    guard var reader = MappingReader(node, place: .scorecard, file: file, sink: sink) else { return nil }
    let id = reader.requiredText("id")
    let title = reader.localizedText("title")
    let each = reader.requiredText("each")
    let period = reader.period()
    _ = reader.required("rules")
    let rules = reader.texts("rules") ?? []
    let start = reader.number("start")?.value ?? Rational(100)
    let caps = (reader.mapping("cap", .scorecard)?.all ?? []).compactMap { entry -> Scorecard.Cap? in
      guard let rule = entry.key.text else { return nil }
      return reader.read(entry.value, .number) { $0.text.flatMap(Rational.init(written:)) }.map {
        Scorecard.Cap(rule: Located(rule, at: reader.at(entry.key.range)), most: $0.value)
      }
    }
    let grades = (reader.list("grades") ?? []).compactMap { grade($0) }
    reader.finish()
    guard let id, let each, !rules.isEmpty else { return nil }
    return Scorecard(
      id: id, title: title ?? LocalizedText(id.value), each: each, recurrence: period.recurrence, rules: rules,
      start: start, caps: caps, grades: grades)
  }

  private func grade(_ node: YAMLNode) -> Scorecard.Grade? {
    guard var reader = MappingReader(node, place: .grade, file: file, sink: sink) else { return nil }
    let atLeast = reader.number("at_least")?.value
    let name = reader.required("grade").flatMap { reader.localizedText($0) }
    let others = reader.all.compactMap(\.key.text).filter { $0 != "at_least" && $0 != "grade" }
    let consequences = others.compactMap { key -> Scorecard.Consequence? in
      guard let text = reader.text(key) else { return nil }
      let value = Rational(written: text.value).map { Cell.decimal($0) } ?? .text(text.value)
      return Scorecard.Consequence(name: key, value: value)
    }
    reader.finish()
    return name.map { Scorecard.Grade(atLeast: atLeast, name: $0, consequences: consequences) }
  }
}
