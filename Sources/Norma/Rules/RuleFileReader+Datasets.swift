/// A dataset as its file declares it, before the names in it are resolved.
struct DatasetDraft {
  let name: Located<String>
  let title: LocalizedText?
  let row: LocalizedText?
  let key: [Located<String>]
  let activeFrom: Located<String>?
  let activeUntil: Located<String>?
  let fields: [FieldDraft]
  var checksKeys = true

  struct FieldDraft {
    let name: Located<String>
    let field: Field
    let reference: ReferenceDraft?
  }

  struct ReferenceDraft {
    let dataset: Located<String>
    let match: [(theirs: Located<String>, ours: Located<String>)]?
    let inverseName: String?
  }
}

extension RuleFileReader {
  /// Reads the datasets of a file: those that are read, and those that are derived from others.
  func datasets(_ node: YAMLNode, into drafts: inout Drafts) {
    guard let reader = MappingReader(node, place: .ruleFile, file: file, sink: sink) else { return }
    for entry in reader.all {
      guard let name = entry.key.text else { continue }
      let location = reader.at(entry.key.range)
      if !isName(name) { sink.report(.badName(name, .dataset), at: location) }
      let isDerived = entry.value["from"] != nil
      let place: Place = isDerived ? .derivation : .dataset
      guard var dataset = MappingReader(entry.value, place: place, file: file, sink: sink) else { continue }
      if isDerived {
        if let draft = derivation(Located(name, at: location), &dataset) { drafts.derivations.append(draft) }
      } else {
        drafts.datasets.append(self.dataset(Located(name, at: location), &dataset))
      }
    }
  }

  private func derivation(_ name: Located<String>, _ reader: inout MappingReader) -> DerivationDraft? {
    let title = reader.localizedText("title")
    let row = reader.localizedText("row")
    let from = reader.text("from")
    let filter = reader.expression("where")
    let keys = reader.texts("each")
    var figures: [(name: Located<String>, source: AggregationSource)] = []
    var additions: [(name: Located<String>, source: ExpressionSource)] = []
    if keys != nil {
      for entry in reader.mapping("fields", .derivation)?.all ?? [] {
        guard let field = fieldName(entry, reader), let figure = reader.aggregation(entry.value) else { continue }
        figures.append((field, figure))
      }
    } else {
      for entry in reader.mapping("add", .derivation)?.all ?? [] {
        guard let field = fieldName(entry, reader), let value = reader.expression(entry.value) else { continue }
        additions.append((field, value))
      }
    }
    var labels: [String: LocalizedText] = [:]
    if var reader = reader.mapping("labels", .derivation) {
      for name in figures.map(\.name.value) + additions.map(\.name.value) {
        labels[name] = reader.localizedText(name)
      }
      reader.finish()
    }
    reader.finish()
    guard let from else { return nil }
    return DerivationDraft(
      name: name, title: title, row: row, from: from, filter: filter, keys: keys ?? [], figures: figures,
      additions: additions, labels: labels, isGrouped: keys != nil)
  }

  private func fieldName(_ entry: YAMLNode.Entry, _ reader: MappingReader) -> Located<String>? {
    guard let text = entry.key.text else { return nil }
    let name = Located(text, at: reader.at(entry.key.range))
    if !isName(text) { sink.report(.badName(text, .field), at: name.location) }
    return name
  }

  private func dataset(_ name: Located<String>, _ reader: inout MappingReader) -> DatasetDraft {
    let title = reader.localizedText("title")
    let row = reader.localizedText("row")
    let key = reader.texts("key") ?? []
    let trims = reader.boolean("trim") ?? true
    let checksKeys = reader.boolean("check_keys") ?? true
    var from: Located<String>?
    var until: Located<String>?
    if var active = reader.mapping("active", .active) {
      from = active.text("from")
      until = active.text("until")
      active.finish()
    }
    _ = reader.required("fields")
    let fields = (reader.mapping("fields", .dataset)?.all ?? []).compactMap { entry -> DatasetDraft.FieldDraft? in
      guard let text = entry.key.text else { return nil }
      let fieldName = Located(text, at: reader.at(entry.key.range))
      if !isName(text) { sink.report(.badName(text, .field), at: fieldName.location) }
      // `name: date` is a field of which nothing but the type is said.
      if let type = entry.value.text {
        guard let type = FieldType.written(type) else {
          reader.expected(.fieldType, entry.value)
          return nil
        }
        return DatasetDraft.FieldDraft(
          name: fieldName, field: Field(name: text, type: type, trims: trims), reference: nil)
      }
      guard var field = MappingReader(entry.value, place: .field, file: file, sink: sink) else { return nil }
      return self.field(fieldName, &field, trims: trims)
    }
    reader.finish()
    return DatasetDraft(
      name: name, title: title, row: row, key: key, activeFrom: from, activeUntil: until, fields: fields,
      checksKeys: checksKeys)
  }

  private func field(
    _ name: Located<String>, _ reader: inout MappingReader, trims: Bool
  ) -> DatasetDraft.FieldDraft {
    _ = reader.required("type")
    var type = reader.value("type", .fieldType) { $0.text.flatMap(FieldType.written) }?.value ?? .text
    let partial = reader.boolean("partial") ?? false
    if partial {
      if type == .date {
        type = .partialDate
      } else {
        sink.report(.constraintNotForType("partial", type), at: reader.keyLocation("partial"))
      }
    }
    let labels = (reader.list("label") ?? []).compactMap { reader.localizedText($0) }
    let draft = DatasetDraft.FieldDraft(
      name: name,
      field: Field(
        name: name.value, type: type, labels: labels, isRequired: reader.boolean("required") ?? false,
        isSensitive: reader.boolean("sensitive") ?? false, unit: reader.text("unit")?.value,
        trims: reader.boolean("trim") ?? trims, constraint: constraint(&reader, type: type)),
      reference: reference(&reader))
    reader.finish()
    return draft
  }

  private func constraint(_ reader: inout MappingReader, type: FieldType) -> FieldConstraint {
    let oneOf = reader.list("one_of")?.compactMap { item in
      reader.read(item, .fieldBound) { Self.fieldValue($0, type) }?.value
    }
    let bounded: Set<FieldType> = [.integer, .decimal, .date, .partialDate, .timestamp]
    let minimum = reader.value("min", .fieldBound) { Self.fieldBound($0, type) }
    let maximum = reader.value("max", .fieldBound) { Self.fieldBound($0, type) }
    let pattern = reader.text("pattern")
    for (key, isThere, allowed) in [
      ("min", minimum != nil, bounded.contains(type)), ("max", maximum != nil, bounded.contains(type)),
      ("pattern", pattern != nil, type == .text),
      ("one_of", oneOf != nil, [.text, .integer, .decimal].contains(type)),
    ] where isThere && !allowed {
      sink.report(.constraintNotForType(key, type), at: reader.keyLocation(key))
    }
    if let pattern, !PatternMatcher.isValid(pattern.value) {
      sink.report(.badPattern(pattern.value), at: pattern.location)
    }
    if case .value(.number(let low))? = minimum?.value, case .value(.number(let high))? = maximum?.value, high < low {
      sink.report(.rangeReversed("min", "max"), at: reader.keyLocation("min"))
    }
    return FieldConstraint(
      oneOf: oneOf, minimum: minimum?.value, maximum: maximum?.value, pattern: pattern?.value)
  }

  private static func fieldBound(_ node: YAMLNode, _ type: FieldType) -> FieldBound? {
    if node.text == "asOf", [.date, .partialDate, .timestamp].contains(type) { return .asOf }
    return fieldValue(node, type).map { .value($0) }
  }

  private static func fieldValue(_ node: YAMLNode, _ type: FieldType) -> FieldValue? {
    guard let text = node.text else { return nil }
    switch type {
    case .text: return .text(text)
    case .integer: return Int64(text).flatMap { .number(Rational($0)) }
    case .decimal: return Rational(written: text).map { .number($0) }
    case .boolean: return node.boolean.map { .boolean($0) }
    case .date, .partialDate, .timestamp: return CivilDate(iso: text).map { .date($0) }
    }
  }

  private func reference(_ reader: inout MappingReader) -> DatasetDraft.ReferenceDraft? {
    guard let node = reader.node("references") else { return nil }
    if let text = node.text {
      return DatasetDraft.ReferenceDraft(
        dataset: Located(text, at: reader.at(node.range)), match: nil, inverseName: nil)
    }
    guard var reference = MappingReader(node, place: .reference, file: file, sink: sink) else { return nil }
    _ = reference.required("to")
    let dataset = reference.text("to")
    let inverseName = reference.text("as")?.value
    let match = reference.mapping("match", .reference)?.all.compactMap {
      entry -> (theirs: Located<String>, ours: Located<String>)? in
      guard let theirs = entry.key.text else { return nil }
      return reference.read(entry.value, .text) { $0.text }.map {
        (Located(theirs, at: reference.at(entry.key.range)), $0)
      }
    }
    reference.finish()
    return dataset.map { DatasetDraft.ReferenceDraft(dataset: $0, match: match, inverseName: inverseName) }
  }
}

extension FieldType {
  /// The type that a rule file calls `text`; a partial date is written with a key of its own.
  fileprivate static func written(_ text: String) -> FieldType? {
    let type = FieldType(rawValue: text)
    return type == .partialDate ? nil : type
  }
}
