/// The evaluators of several rules, which take in the same batches; with several jobs, a set of them for each.
///
/// Each job evaluates all rules over the batches that it has read, and what they have found is put together at the end. The
/// batches of a job ascend, so that it changes no result which job has had which.
struct RuleEvaluators {
  private var jobs: JobValues<Job>

  /// What one job has found out about the rules.
  struct Job {
    fileprivate var slots: [Slot]
    /// The places of the rules that scan each dataset.
    private let places: [String: [Int]]
    private let context: EvaluationContext
    private let constants: Constants

    fileprivate init(_ evaluators: [(plan: RulePlan, evaluator: any RuleEvaluator)], _ context: EvaluationContext) {
      slots = evaluators.map { Slot($0.plan, $0.evaluator, context) }
      var places: [String: [Int]] = [:]
      for (place, evaluator) in evaluators.enumerated() {
        for dataset in Set(evaluator.plan.inputs) { places[dataset, default: []].append(place) }
      }
      self.places = places
      self.context = context
      constants = context.constants
    }

    /// Passes a batch to the rules that scan its dataset; rows that nobody names are nothing to rules that judge rows.
    mutating func consume(_ batch: Batch, of dataset: String, isPhantom: Bool) {
      var batch = batch
      batch.memo = context.conditions.memo(constants.reading(batch, of: context.dataset(dataset)))
      for place in places[dataset] ?? [] {
        if let field = slots[place].rosterFields[dataset] {
          slots[place].rowsOfNobody += batch.column(ofField: field).nullCount
        }
        if isPhantom, slots[place].judgesRows {
          slots[place].phantomCount += batch.count
        } else {
          slots[place].evaluator.consume(batch, of: dataset)
        }
      }
    }

  }

  /// What was measured of one rule.
  struct Measured: Sendable {
    let result: RuleResult
    /// How many rows name no subject of its roster.
    let rowsOfNobody: Int
    /// How many rows nobody names.
    let phantomCount: Int
  }

  /// One rule with its evaluator.
  fileprivate struct Slot {
    let judgesRows: Bool
    /// The field by which the rows of each dataset name their subject in the roster.
    let rosterFields: [String: Int]
    var evaluator: any RuleEvaluator
    /// How many rows name no subject of the roster, since the field is null.
    var rowsOfNobody = 0
    /// How many rows nobody names.
    var phantomCount = 0

    init(_ plan: RulePlan, _ evaluator: any RuleEvaluator, _ context: EvaluationContext) {
      judgesRows = plan.judgesRows
      var fields: [String: Int] = [:]
      for name in plan.inputs {
        if let field = plan.rosterField { fields[name] = context.datasets[name]?.index(of: field) }
      }
      rosterFields = fields
      self.evaluator = evaluator
    }

    mutating func merge(_ other: Slot) {
      rowsOfNobody += other.rowsOfNobody
      phantomCount += other.phantomCount
      evaluator.merge(other.evaluator)
    }

    consuming func finish() -> Measured {
      Measured(result: evaluator.finish(), rowsOfNobody: rowsOfNobody, phantomCount: phantomCount)
    }
  }

  /// Creates evaluators that run on at most `jobs` threads.
  init(_ evaluators: [(plan: RulePlan, evaluator: any RuleEvaluator)], jobs: Int, context: EvaluationContext) {
    self.jobs = JobValues(Job(evaluators, context), jobs: jobs)
  }

  /// Passes the jobs' evaluators, each of which one job uses at a time.
  mutating func withJobs<Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Job>) throws(Failure) -> Void
  ) throws(Failure) {
    try jobs.withEach(body)
  }

  /// Puts together what the jobs have found, and returns what was measured of each rule, in their order: the rules are taken
  /// side by side.
  consuming func finish() -> [Measured] {
    let count = jobs.values.count
    var rules = Self.byRule(jobs.takeAll()).map { (slots: $0, measured: Measured?.none) }
    SideBySide.update(&rules, jobs: count) { rule in
      // What a slot holds may be large: nobody else is to hold it too when it changes.
      var others = rule.slots
      rule.slots = []
      var slot = others.removeFirst()
      for other in others { slot.merge(other) }
      rule.measured = slot.finish()
    }
    return rules.compactMap(\.measured)
  }

  /// What the jobs have found of each rule.
  private static func byRule(_ jobs: consuming [Job]) -> [[Slot]] {
    guard let first = jobs.first else { return [] }
    return first.slots.indices.map { place in jobs.map { $0.slots[place] } }
  }
}
