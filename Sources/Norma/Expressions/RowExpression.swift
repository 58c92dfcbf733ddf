internal import CEL

/// An expression that is run on one row at a time by the reference interpreter: the oracle of the columnar evaluator, and
/// what tells which cells an open result hangs on.
struct RowExpression: Sendable {
  private let program: Program
  private let fields: [String: Int]
  private let dataset: String

  /// Prepares an expression for the rows of `dataset`.
  init(_ expression: PlanExpression, dataset: Dataset, functions: FunctionLibrary) {
    var fields: [String: Int] = [:]
    for (place, field) in dataset.fields.enumerated() { fields[field.name] = place }
    self.init(expression.checked.expression, dataset: dataset.name, fields: fields, functions: functions)
  }

  /// Prepares a part of an expression; `fields` are the places of the fields that it may read.
  init(_ node: Expression, dataset: String, fields: [String: Int], functions: FunctionLibrary) {
    // There are no loops: the steps are bounded by the expression, the row and the rows related to it.
    program = Program(node, functions: functions, stepLimit: .max)
    self.fields = fields
    self.dataset = dataset
  }

  /// Returns the value for a row, given as the cells of all fields.
  func value(_ cells: [Cell], _ constants: Constants) -> Value {
    program.evaluate(RowActivation(dataset: dataset, fields: fields, cells: cells, constants: constants))
  }

  /// Returns the names of the fields on which an open result hangs.
  func openFields(_ cells: [Cell], _ constants: Constants) -> Set<String> {
    if case .unknown(let unknown) = value(cells, constants) { unknown.attributes } else { [] }
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
  private let subject: String?
  private let roster: Dataset?

  init(_ expression: PlanExpression, subject: String?, roster: Dataset?, functions: FunctionLibrary) {
    program = Program(expression.checked.expression, functions: functions, stepLimit: .max)
    self.subject = subject
    self.roster = roster
  }

  /// Returns the bound; throws where it is no number. `cells` is the subject's row.
  func value(_ cells: [Cell]?, _ constants: Constants) throws(BoundProblem) -> Rational {
    let value = program.evaluate(
      SubjectActivation(subject: subject, roster: roster, cells: cells ?? [], constants: constants))
    if let number = Rational(value) { return number }
    if case .unknown(let unknown) = value,
      let name = unknown.attributes.sorted().first(where: { $0.hasPrefix("param.") })
    {
      throw .unset(String(name.dropFirst("param.".count)))
    }
    throw .noNumber
  }
}

/// What an expression on a row sees: its fields by name, what they lead to, and the constants.
private struct RowActivation: Activation {
  let dataset: String
  let fields: [String: Int]
  let cells: [Cell]
  let constants: Constants

  func value(of name: String) -> Value? {
    if let place = fields[name] { return Value(cells[place], attribute: name) }
    // These are fields of what the first part names, and no names themselves.
    if name.hasPrefix("param.") || name.hasPrefix("period.") { return nil }
    return constants.value(of: name)
      ?? constants.relations.value(
        of: name, dataset: dataset, cell: { field in fields[field].map { cells[$0] } ?? .unknown }, attribute: { $0 })
  }
}

/// What a bound sees: the subject's row under the subject's name, and the constants.
private struct SubjectActivation: Activation {
  let subject: String?
  let roster: Dataset?
  let cells: [Cell]
  let constants: Constants

  func value(of name: String) -> Value? {
    if let subject, let roster, name == subject {
      return .object(SubjectRow(dataset: roster, cells: cells, relations: constants.relations))
    }
    return constants.value(of: name)
      ?? constants.relations.value(of: name, dataset: "", cell: { _ in .unknown }, attribute: { $0 })
  }
}

extension Constants {
  /// The value of a name that is no field.
  fileprivate func value(of name: String) -> Value? {
    switch name {
    case "asOf": .date(asOf)
    case "param": .object(ParameterObject(values: parameters))
    case "period": period.map { .object(PeriodObject(period: $0)) }
    default: name.hasPrefix("hasColumn(") ? .bool(!missingColumns.contains(name)) : nil
    }
  }
}

/// A subject's row of a roster, of which rows of one key are one.
private struct SubjectRow: ObjectValue {
  let dataset: Dataset
  let cells: [Cell]
  let relations: Relations

  var typeName: String { dataset.name }

  func field(_ name: String) -> Value? {
    if dataset.index(of: name) != nil { return Value(cell(name), attribute: name) }
    return relations.value(of: name, dataset: dataset.name, cell: cell, attribute: { $0 })
  }

  private func cell(_ name: String) -> Cell {
    dataset.index(of: name).flatMap { cells.indices.contains($0) ? cells[$0] : nil } ?? .unknown
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
