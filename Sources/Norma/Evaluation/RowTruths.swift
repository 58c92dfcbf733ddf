/// The conditions of one rule over the rows of its dataset, in one pass of a batch.
struct RowTruths: Sendable {
  private let population: [ColumnarCondition]
  private let having: ColumnarCondition?
  private let amount: ColumnarExpression?
  private let amountPlan: Amount?
  private let isDistinct: Bool
  private let dataset: Dataset
  private let sway: Sway?

  /// What a pass found out about a batch.
  struct Truths {
    /// Whether rows are in the population.
    let population: TruthColumn
    /// Whether they have what is asked; nil where nothing is.
    let having: TruthColumn?
    /// What they add; nil where rows are counted.
    let amounts: [Cell]?

    func having(_ row: Int) -> Truth { having?.truth(row) ?? .yes }
  }

  init(_ group: GroupPlan, dataset: Dataset, context: EvaluationContext) {
    self.dataset = dataset
    population = group.population.map { ColumnarCondition($0, dataset: dataset, context: context) }
    having = group.having.map { ColumnarCondition($0, dataset: dataset, context: context) }
    amountPlan = group.amount
    amount = group.amount.map { ColumnarExpression($0.expression, dataset: dataset, context: context) }
    isDistinct = group.measure.countsDistinct
    sway = Sway(group, dataset: dataset, context: context)
  }

  /// Evaluates all conditions for a batch. O(rows × nodes).
  func truths(of batch: Batch, _ constants: Constants) -> Truths {
    let constants = constants.reading(batch, of: dataset)
    var truth = TruthColumn(repeating: true, count: batch.count)
    for condition in population { truth.formConjunction(condition.truth(of: batch, constants)) }
    if let certainty = batch.certainty { truth.formConjunction(TruthColumn(certainty, known: certainty)) }
    return Truths(
      population: truth, having: having.map { $0.truth(of: batch, constants) },
      amounts: amount.map { $0.cells(of: batch, constants) })
  }

  /// Evaluates them with lists that hold only the rows that are certainly in them; nil where that makes no difference.
  func swayedTruths(of batch: Batch, _ constants: Constants) -> Truths? {
    sway.map { truths(of: batch, $0.certainRowsOnly(constants)) }
  }

  /// Whether columns tell which cells the conditions hang on.
  var isTraceable: Bool {
    population.allSatisfy(\.isTraceable) && having?.isTraceable ?? true && amount?.isTraceable ?? true && sway == nil
  }

  /// Notes on which fields those of some rows hang for which a condition, or what the row adds, is unknown.
  func trace(_ rows: Bitmap, of truths: Truths, _ batch: Batch, _ constants: Constants, _ open: inout OpenFields) {
    let constants = constants.reading(batch, of: dataset)
    for condition in population { condition.trace(rows, of: nil, batch, constants, &open) }
    having?.trace(rows, of: truths.having, batch, constants, &open)
    amount?.trace(rows, batch, constants, &open)
  }

  /// What a row adds.
  func amount(_ truths: Truths, _ row: Int) -> RowAmount {
    guard let cells = truths.amounts, let amountPlan else { return .row }
    return RowAmount(cells[row], of: amountPlan, isDistinct: isDistinct)
  }

  /// Returns the key of the row whose lists leave a row open, with the rows that may be in them.
  func owner(of row: Int, in batch: Batch) -> Sway.Owner? { sway?.owner(of: batch.cells(ofRow: row, dataset)) }
}

extension Measure {
  /// Whether distinct values are counted.
  var countsDistinct: Bool {
    switch self {
    case .figure(.distinct, _, _): true
    case .events(let distinct, _, _): distinct != nil
    default: false
    }
  }

  /// Whether its bounds know how many rows can be swayed by rows that may be in lists.
  var admitsSway: Bool {
    switch self {
    case .share, .count: true
    case .figure(let aggregation, _, _): aggregation == .count || aggregation == .sum
    case .events, .earliest, .balance: false
    }
  }
}
