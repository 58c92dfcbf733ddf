internal import Dispatch
internal import Synchronization

/// The evaluators of several rules, which take in the same batches; with more than one job, side by side.
///
/// Each rule is evaluated by one job at a time and sees its batches in their order, so that the number of jobs changes no
/// result.
final class RuleEvaluators: Sendable {
  /// One rule with its evaluator.
  private final class Slot: Sendable {
    let datasets: [String]
    let judgesRows: Bool
    let evaluator: Mutex<RuleEvaluator>

    init(_ plan: RulePlan, _ evaluator: RuleEvaluator) {
      datasets = plan.inputs
      judgesRows = plan.judgesRows
      self.evaluator = Mutex(evaluator)
    }
  }

  private let slots: [Slot]
  private let jobs: Int

  /// Creates evaluators that run on at most `jobs` threads.
  init(_ evaluators: [(plan: RulePlan, evaluator: RuleEvaluator)], jobs: Int) {
    slots = evaluators.map { Slot($0.plan, $0.evaluator) }
    self.jobs = max(1, jobs)
  }

  /// Passes a batch to the rules that scan its dataset; rows that nobody names are nothing to rules that judge rows.
  func consume(_ batch: Batch, of dataset: String, isPhantom: Bool) {
    let concerned = slots.filter { $0.datasets.contains(dataset) && !(isPhantom && $0.judgesRows) }
    guard jobs > 1, concerned.count > 1 else {
      for slot in concerned { slot.evaluator.withLock { $0.consume(batch, of: dataset) } }
      return
    }
    let jobs = min(jobs, concerned.count)
    DispatchQueue.concurrentPerform(iterations: jobs) { job in
      for place in stride(from: job, to: concerned.count, by: jobs) {
        concerned[place].evaluator.withLock { $0.consume(batch, of: dataset) }
      }
    }
  }

  /// Returns what was measured of the rule at `place`, which is then done with.
  func finish(_ place: Int) -> RuleResult {
    let evaluator = slots[place].evaluator.withLock { evaluator in
      let taken = evaluator
      evaluator = .idle
      return taken
    }
    return evaluator.finish()
  }
}
