/// The evaluators of several rules, which take in the same batches; with several jobs, a set of them for each.
///
/// Each job evaluates all rules over the batches that it has read, and what they have found is put together at the end. The
/// batches of a job ascend, so that it changes no result which job has had which.
struct RuleEvaluators {
  private var jobs: JobValues<Job>

  /// What one job has found out about the rules.
  struct Job {
    private var slots: [Slot]
    /// The places of the rules that scan each dataset.
    private let places: [String: [Int]]
    private let sharedKernels: SharedKernels

    fileprivate init(_ evaluators: [(plan: RulePlan, evaluator: any RuleEvaluator)], _ context: EvaluationContext) {
      slots = evaluators.map { Slot($0.plan, $0.evaluator, context) }
      var places: [String: [Int]] = [:]
      for (place, evaluator) in evaluators.enumerated() {
        for dataset in Set(evaluator.plan.inputs) { places[dataset, default: []].append(place) }
      }
      self.places = places
      sharedKernels = context.sharedKernels
    }

    /// Passes a batch to the rules that scan its dataset; rows that nobody names are nothing to rules that judge rows.
    mutating func consume(_ batch: Batch, of dataset: String, isPhantom: Bool) {
      var batch = batch
      batch.memo = sharedKernels.memo()
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

    fileprivate mutating func merge(_ other: Job) {
      for place in slots.indices {
        slots[place].rowsOfNobody += other.slots[place].rowsOfNobody
        slots[place].phantomCount += other.slots[place].phantomCount
        slots[place].evaluator.merge(other.slots[place].evaluator)
      }
    }

    fileprivate func slot(_ place: Int) -> Slot { slots[place] }

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

  /// Puts together what the jobs have found.
  mutating func merge() {
    jobs.reduce { $0.merge($1) }
  }

  /// How many rows of a rule name no subject of its roster.
  func rowsOfNobody(_ place: Int) -> Int { jobs.values[0].slot(place).rowsOfNobody }

  /// How many rows of a rule nobody names.
  func phantomCount(_ place: Int) -> Int { jobs.values[0].slot(place).phantomCount }

  /// Returns what was measured of the rule at `place`.
  func finish(_ place: Int) -> RuleResult { jobs.values[0].slot(place).evaluator.finish() }
}
