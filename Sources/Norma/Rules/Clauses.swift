/// Who owes an obligation: the values of some fields, or the organization where there are none.
public struct EachClause: Sendable {
  /// What makes up the subject, in the order written.
  public let parts: [Part]

  /// One part of a subject.
  public enum Part: Sendable {
    /// The value of a field.
    case field(Located<String>)
    /// The value of an expression, under a name.
    case computed(name: Located<String>, ExpressionSource)
    /// A field that takes each of the given values, whether or not any row does.
    case listed(name: Located<String>, values: [Located<String>])

    /// The name under which reports show it.
    var name: Located<String> {
      switch self {
      case .field(let name), .computed(let name, _), .listed(let name, _): name
      }
    }
  }
}

/// A number that a figure is held against.
public enum Quantity: Sendable {
  /// A fixed number; `90%` is 9/10.
  case constant(Located<Rational>, isPercentage: Bool)
  /// A number worked out from parameters and the subject's row of the roster.
  case expression(ExpressionSource)

  var location: SourceLocation {
    switch self {
    case .constant(let number, _): number.location
    case .expression(let source): source.location
    }
  }
}

/// The least and the greatest that a figure may be, both inclusive.
public struct BoundClause: Sendable {
  /// The least, nil for none.
  public let atLeast: Quantity?
  /// The greatest, nil for none.
  public let atMost: Quantity?
  /// Where the first of its keys stands.
  public let location: SourceLocation
}

/// When an obligation recurs.
public struct PeriodClause: Sendable {
  /// How it recurs: `once` where nothing is said.
  public let recurrence: Recurrence
  /// The part of a year that counts, nil for all of it.
  public let window: PeriodWindow?
}

/// A stretch of time that is written down or set by a parameter.
public enum SpanClause: Sendable {
  case fixed(CalendarSpan)
  case parameter(Located<String>)
}

extension MappingReader {
  /// Reads `each`: a field, a list of fields, or a mapping of names to expressions or lists of values.
  mutating func each() -> EachClause? {
    guard let node = node("each") else { return nil }
    switch node.content {
    case .mapping:
      guard let reader = MappingReader(node, place: .each, file: file, sink: sink) else { return nil }
      let parts = reader.all.compactMap { entry -> EachClause.Part? in
        guard let text = entry.key.text else { return nil }
        let name = Located(text, at: at(entry.key.range))
        if case .sequence(let items) = entry.value.content {
          let values = items.compactMap { item in read(item, .text) { $0.text } }
          return .listed(name: name, values: values)
        }
        return expression(entry.value).map { .computed(name: name, $0) }
      }
      return EachClause(parts: parts)
    case .sequence(let items):
      if items.isEmpty { sink.report(.emptyValue("each"), at: keyLocation("each")) }
      return EachClause(parts: items.compactMap { item in read(item, .fieldNames) { $0.text }.map { .field($0) } })
    case .scalar:
      return read(node, .fieldNames) { $0.text }.map { EachClause(parts: [.field($0)]) }
    }
  }

  /// Reads `per` and `in`.
  mutating func period() -> PeriodClause {
    let recurrence = recurrence()
    let window = value("in", .window) { node -> PeriodWindow? in
      switch node.content {
      case .sequence(let items):
        let months = items.compactMap(\.integer)
        return months.count == items.count ? PeriodWindow(months: months) : nil
      case .scalar(let scalar): return PeriodWindow(text: scalar.text)
      case .mapping: return nil
      }
    }
    if let window, recurrence.unit == .once { sink.report(.periodNeedsPer("in"), at: window.location) }
    return PeriodClause(recurrence: recurrence, window: window?.value)
  }

  /// Reads `per`: a unit, or a rule for recurrence with the day from which it is counted.
  private mutating func recurrence() -> Recurrence {
    guard let node = node("per") else { return .unit(.once) }
    guard case .mapping = node.content else {
      let words = PeriodUnit.words.map(\.rawValue)
      let unit = read(node, .oneOf(words)) { node in
        node.text.flatMap { text in PeriodUnit.words.first { $0.rawValue == text } }
      }
      return .unit(unit?.value ?? .once)
    }
    guard var reader = MappingReader(node, place: .recurrence, file: file, sink: sink) else { return .unit(.once) }
    _ = reader.required("rrule")
    let text = reader.text("rrule")
    let start = reader.date("start")
    reader.finish()
    guard let text else { return .unit(.once) }
    do {
      return .rule(try RecurrenceRule(text.value), start: start?.value)
    } catch {
      sink.report(.badRecurrence(error), at: text.location)
      return .unit(.day)
    }
  }

  /// Reads `at_least`, `at_most`, `exactly` and `between`; nil where none is there.
  mutating func bound() -> BoundClause? {
    let atLeast = quantity("at_least")
    let atMost = quantity("at_most")
    let exactly = quantity("exactly")
    let between = node("between")
    let present = present(["at_least", "at_most", "exactly", "between"])
    guard let first = present.first else { return nil }
    let location = keyLocation(first)
    if present.count > 1, present != ["at_least", "at_most"] {
      sink.report(.conflictingKeys(present, place), at: keyLocation(present[1]))
    }
    if let exactly { return BoundClause(atLeast: exactly, atMost: exactly, location: location) }
    if let between {
      guard case .sequence(let items) = between.content, items.count == 2 else {
        expected(.list, between)
        return nil
      }
      let ends = items.map { quantity($0) }
      return ordered(BoundClause(atLeast: ends[0], atMost: ends[1], location: location))
    }
    guard atLeast != nil || atMost != nil else { return nil }
    return ordered(BoundClause(atLeast: atLeast, atMost: atMost, location: location))
  }

  private func ordered(_ bound: BoundClause) -> BoundClause {
    if case .constant(let low, _)? = bound.atLeast, case .constant(let high, _)? = bound.atMost, high.value < low.value
    {
      sink.report(.boundsReversed(low.value.description, high.value.description), at: low.location)
    }
    return bound
  }

  mutating func quantity(_ key: String) -> Quantity? {
    node(key).flatMap { quantity($0) }
  }

  private func quantity(_ node: YAMLNode) -> Quantity? {
    guard let text = node.text else {
      expected(.quantity, node)
      return nil
    }
    if let number = Rational(written: text) {
      return .constant(Located(number, at: at(node.range)), isPercentage: text.hasSuffix("%"))
    }
    // What begins like a number and is none is a slip of the pen, not an expression.
    if Rational(written: FullWidth.fold(text)) != nil
      || text.unicodeScalars.allSatisfy({ "0123456789.,%％ ".unicodeScalars.contains($0) })
    {
      expected(.quantity, node)
      return nil
    }
    return expression(node).map { .expression($0) }
  }

  /// Reads a span in units of `allowed`, or the parameter that sets it.
  mutating func span(_ key: String, allowed: [CalendarSpan.Unit] = CalendarSpan.dayUnits) -> Located<SpanClause>? {
    let file = file
    return value(key, .span) { node in
      guard let text = node.text else { return nil }
      if let name = MappingReader.parameterName(text) {
        return SpanClause.parameter(Located(name, at: SourceLocation(file: file, range: node.range)))
      }
      return (try? CalendarSpan(parsing: text, allowed: allowed)).map { .fixed($0) }
    }
  }

  /// Returns `x` for the text `param.x`.
  static func parameterName(_ text: String) -> String? {
    text.hasPrefix("param.") ? String(text.dropFirst("param.".count)) : nil
  }
}

/// Whose obligation a rule states, and when.
public struct SubjectClause: Sendable {
  /// Who owes.
  public let each: EachClause?
  /// The condition on the roster's row under which it owes.
  public let among: ExpressionSource?
  /// When the obligation recurs.
  public let period: PeriodClause
  /// Whether a subject that was active in a part of a period owes it.
  public let owesPartialPeriods: Bool
}

/// When something is due.
public struct DueClause: Sendable {
  /// The rule for the due date; the period's end where absent.
  public let rule: DueRulePlan
  /// The parameter that sets it, where one does.
  public let parameter: Located<String>?
  /// Where a due date that is no workday moves.
  public let roll: Roll
  /// What is added after that.
  public let grace: Located<SpanClause>?
}

/// A condition that rows must meet, with words for one that doesn't.
public struct RequirementClause: Sendable {
  /// The condition.
  public let condition: ExpressionSource
  /// What to say where it doesn't hold.
  public let say: LocalizedText?
}

extension MappingReader {
  /// Reads a text that must be there.
  mutating func requiredText(_ key: String) -> Located<String>? {
    required(key).flatMap { read($0, .text) { $0.text } }
  }

  /// Reads `at_least`, `at_most`, `exactly` or `between`, of which one must be there.
  mutating func requiredBound() -> BoundClause? {
    let bound = bound()
    let keys = ["at_least", "at_most", "exactly", "between"]
    if present(keys).isEmpty { sink.report(.missingOneOf(keys, place), at: location) }
    return bound
  }

  /// Reads `each`, `among`, `per`, `in` and `partial`.
  mutating func subjects() -> SubjectClause {
    let partial = value("partial", .oneOf(["owed"])) { $0.text == "owed" ? true : nil }
    return SubjectClause(
      each: each(), among: expression("among"), period: period(), owesPartialPeriods: partial?.value ?? false)
  }

  /// Reads `due`, `roll` and `grace`.
  mutating func due() -> DueClause {
    var parameter: Located<String>?
    let file = file
    let rule = value("due", .dueRule) { node -> DueRulePlan? in
      guard let text = node.text else { return nil }
      if let name = MappingReader.parameterName(text.hasPrefix("+") ? String(text.dropFirst()) : text) {
        parameter = Located(name, at: SourceLocation(file: file, range: node.range))
        return .parameter(name)
      }
      return DueRule(text).map { .fixed($0) }
    }
    return DueClause(
      rule: rule?.value ?? .fixed(.end), parameter: parameter, roll: choice("roll", Roll.self) ?? .none,
      grace: span("grace"))
  }

  /// Reads a condition, or a list of conditions and of mappings of `that` and `say`.
  mutating func requirements(_ key: String) -> [RequirementClause]? {
    guard let items = list(key) else { return nil }
    if items.isEmpty { sink.report(.emptyValue(key), at: keyLocation(key)) }
    return items.compactMap { item in
      if item.text != nil { return expression(item).map { RequirementClause(condition: $0, say: nil) } }
      guard case .mapping = item.content,
        var reader = MappingReader(item, place: .requirement, file: file, sink: sink)
      else {
        expected(.requirement, item)
        return nil
      }
      let that = reader.required("that").flatMap { reader.expression($0) }
      let say = reader.localizedText("say")
      reader.finish()
      return that.map { RequirementClause(condition: $0, say: say) }
    }
  }
}
