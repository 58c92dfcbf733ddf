internal import CEL

/// An expression that is run on one row at a time by the reference interpreter: the oracle of the columnar evaluator, and
/// what tells which cells an open result hangs on.
struct RowExpression: Sendable {
  private let program: Program
  private let fields: [String: Int]

  /// Prepares an expression for the rows of `dataset`; nil for an expression that sees no row.
  init(_ expression: PlanExpression, dataset: Dataset?, functions: FunctionLibrary) {
    program = Program(expression.checked.expression, functions: functions)
    var fields: [String: Int] = [:]
    for (place, field) in (dataset?.fields ?? []).enumerated() { fields[field.name] = place }
    self.fields = fields
  }

  /// Prepares a part of an expression; `fields` are the places of the fields that it may read.
  init(_ node: Expression, fields: [String: Int], functions: FunctionLibrary) {
    program = Program(node, functions: functions)
    self.fields = fields
  }

  /// Returns the value for a row, given as the cells of all fields.
  func value(_ cells: [Cell], _ constants: Constants) -> Value {
    program.evaluate(RowActivation(fields: fields, cells: cells, constants: constants, rosterName: nil))
  }

  /// Returns the truth for a row; an error, an unknown and anything that is no boolean is unknown.
  func truth(_ cells: [Cell], _ constants: Constants) -> Truth {
    if case .bool(let value) = value(cells, constants) { return value ? .yes : .no }
    return .unknown
  }
}

/// A bound that is worked out from parameters and the subject's row of the roster.
struct BoundExpression {
  private let program: Program
  private let fields: [String: Int]
  private let rosterName: String?

  init(_ expression: PlanExpression, rosterName: String?, roster: Dataset?, functions: FunctionLibrary) {
    program = Program(expression.checked.expression, functions: functions)
    self.rosterName = rosterName
    var fields: [String: Int] = [:]
    for (place, field) in (roster?.fields ?? []).enumerated() { fields[field.name] = place }
    self.fields = fields
  }

  /// Returns the bound; throws where it is no number.
  func value(_ cells: [Cell]?, _ constants: Constants) throws(BoundProblem) -> Rational {
    let activation = RowActivation(
      fields: fields, cells: cells ?? [], constants: constants, rosterName: rosterName ?? "")
    let value = program.evaluate(activation)
    if let number = Rational(value) { return number }
    if case .unknown(let unknown) = value,
      let name = unknown.attributes.sorted().first(where: { $0.hasPrefix("param.") })
    {
      throw .unset(String(name.dropFirst("param.".count)))
    }
    throw .noNumber
  }
}

/// What an expression sees: a row's fields by name, or a roster's row under the name of the subject, and the constants.
private struct RowActivation: Activation {
  let fields: [String: Int]
  let cells: [Cell]
  let constants: Constants
  /// The name under which the row is seen as a whole; nil where its fields are seen by themselves.
  let rosterName: String?

  func value(of name: String) -> Value? {
    if let rosterName {
      if name == rosterName, !rosterName.isEmpty { return .object(RowObject(fields: fields, cells: cells)) }
    } else if let place = fields[name] {
      return Value(cells[place], attribute: name)
    }
    switch name {
    case "asOf": return .date(constants.asOf)
    case "param": return .object(ParameterObject(values: constants.parameters))
    case "period": return constants.period.map { .object(PeriodObject(period: $0)) }
    default: return nil
    }
  }
}

private struct RowObject: ObjectValue {
  let fields: [String: Int]
  let cells: [Cell]

  var typeName: String { "row" }

  func field(_ name: String) -> Value? {
    fields[name].map { cells.indices.contains($0) ? Value(cells[$0], attribute: name) : .unknown(UnknownSet(name)) }
  }
}

private struct ParameterObject: ObjectValue {
  let values: [String: ParameterValue]

  var typeName: String { "param" }

  /// A parameter that nobody set is unknown.
  func field(_ name: String) -> Value? {
    values[name].map { Value($0) } ?? .unknown(UnknownSet("param.\(name)"))
  }
}

private struct PeriodObject: ObjectValue {
  let period: Period

  var typeName: String { "period" }

  func field(_ name: String) -> Value? {
    switch name {
    case "start":
      period.hasBeginning
        ? .date(period.first) : .error(EvaluationError(.invalidArgument("the period has no beginning")))
    case "end": .date(period.last)
    default: nil
    }
  }
}
