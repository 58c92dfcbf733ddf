/// Measures the groups of one rule while batches go by: the default engine.
///
/// Conditions are evaluated for a whole batch at once. Subjects and periods are small integers, so that a group is a
/// place in one array; rows of which the subject or the period isn't known are kept apart by where they may belong, and
/// added to every group that admits them at the end. Memory grows with groups and open rows, not with rows.
struct ColumnarGroupEvaluator<State: MeasureState> {
  private let context: EvaluationContext
  private let dataset: Dataset
  private let schedule: PeriodSchedule
  private let placement: RowPlacement
  private let filters: [ColumnarCondition]
  private let population: [ColumnarCondition]
  private let having: ColumnarCondition?
  private let dayField: Int?
  private var subjects: SubjectIndex
  /// One pass where the conditions are the same in every period, else one pass for each.
  private let passes: [Pass]
  private var table: [State] = []
  private var wild: [WildPlace: State] = [:]
  private var evidence: EvidenceRows

  private struct Pass {
    /// The only period that counts in this pass; nil for all of them.
    let slot: Int32?
    let constants: Constants
  }

  init(_ plan: RulePlan, group: GroupParts, owed: Owed, roster: Roster?, context: EvaluationContext) {
    self.context = context
    guard let dataset = context.datasets[plan.dataset] else {
      preconditionFailure("no dataset \(plan.dataset) among those that were checked")
    }
    self.dataset = dataset
    schedule = PeriodSchedule(periods: context.periods(plan, owed), window: owed.window)
    placement = RowPlacement(group.placement, unit: owed.unit, dataset: dataset, schedule: schedule, context: context)
    filters = group.filters.map { ColumnarCondition($0, dataset: dataset, functions: context.functions) }
    population = group.population.map { ColumnarCondition($0, dataset: dataset, functions: context.functions) }
    having = group.having.map { ColumnarCondition($0, dataset: dataset, functions: context.functions) }
    dayField = group.dayField.flatMap { dataset.index(of: $0) }
    subjects = SubjectIndex(parts: group.parts, dataset: dataset, roster: roster, context: context)
    let conditions = group.filters + group.population + (group.having.map { [$0] } ?? [])
    if conditions.contains(where: { context.dependsOnPeriod($0) }) {
      passes = schedule.periods.enumerated().map { slot, period in
        Pass(slot: Int32(slot), constants: context.constants(in: period))
      }
    } else {
      passes = [Pass(slot: nil, constants: context.constants(in: schedule.periods.last))]
    }
    evidence = EvidenceRows(limit: context.evidenceLimit)
  }

  /// Whether every row counts in every period in the same way, so that one column of the table serves them all.
  private var isReplicated: Bool { placement.isEverywhere && passes.first?.slot == nil }

  /// The number of columns of the table.
  private var width: Int { isReplicated ? 1 : schedule.periods.count }

  mutating func consume(_ batch: Batch) {
    if schedule.periods.isEmpty { return }
    let places = placement.places(of: batch)
    let owners = subjects.owners(of: batch, places: places)
    if table.count < subjects.count * width {
      table.append(contentsOf: repeatElement(State(), count: subjects.count * width - table.count))
    }
    let days = dayField.map { placement.days(of: batch.column(ofField: $0)) }
    for pass in passes {
      let rows = truth(of: batch, pass.constants)
      accumulate(batch, pass, places, owners, days, rows)
    }
  }

  private struct RowTruth {
    /// Whether rows are in the population.
    let population: TruthColumn
    /// Whether they have what is asked.
    let having: TruthColumn?
  }

  private func truth(of batch: Batch, _ constants: Constants) -> RowTruth {
    var truth = TruthColumn(repeating: true, count: batch.count)
    for condition in filters + population { truth.formConjunction(condition.truth(of: batch, constants)) }
    return RowTruth(population: truth, having: having.map { $0.truth(of: batch, constants) })
  }

  private mutating func accumulate(
    _ batch: Batch, _ pass: Pass, _ places: RowPositions, _ owners: [Int32], _ days: [Int32]?, _ truth: RowTruth
  ) {
    for row in truth.population.notFalse.setBits {
      let isSeen = places.isSeen(row)
      if isSeen == .no { continue }
      guard let slot = slot(of: row, places, pass) else { continue }
      let isCertain = isSeen == .yes && truth.population.isTrue(row)
      let having = truth.having?.truth(row) ?? .yes
      let day = days.map { $0[row] } ?? PeriodSchedule.none
      let ordinal = Int32(batch.firstRow + row)
      let contribution = Contribution(
        isCertain: isCertain, having: having, day: day == RowPlacement.unknownDay ? nil : day, row: ordinal)
      add(contribution, owner: owners[row], slot)
    }
  }

  private struct Contribution {
    let isCertain: Bool
    let having: Truth
    let day: Int32?
    let row: Int32
  }

  /// Where a row counts in this pass, nil where it doesn't.
  private func slot(of row: Int, _ places: RowPositions, _ pass: Pass) -> RowSlot? {
    switch (places.slot(row), pass.slot) {
    case (.nowhere, _): return nil
    case (let slot, nil): return slot
    case (.exactly(let slot), let only?): return placement.isEverywhere || slot == only ? .exactly(only) : nil
    case (.somewhere(let slots), let only?): return slots.contains(only) ? .somewhere(only...only) : nil
    }
  }

  private mutating func add(_ contribution: Contribution, owner: Int32, _ slot: RowSlot) {
    if owner == SubjectIndex.nobody { return }
    if owner >= 0, case .exactly(let period) = slot {
      let group = owner * Int32(width) + period
      table[Int(group)].add(
        isCertain: contribution.isCertain, having: contribution.having, day: contribution.day)
      if State.isEvidence(isCertain: contribution.isCertain, having: contribution.having) {
        evidence.add(shown: contribution.row, group: group)
      } else if !contribution.isCertain || contribution.having == .unknown {
        evidence.add(uncertain: contribution.row, group: group)
      }
      return
    }
    let slots =
      switch slot {
      case .exactly(let period): period...period
      case .somewhere(let slots): slots
      case .nowhere: preconditionFailure("a row that counts nowhere was to be counted")
      }
    let place = WildPlace(parts: subjects.codes(of: owner), slots: slots)
    wild[place, default: State()].add(
      isCertain: contribution.isCertain, having: contribution.having, day: contribution.day)
    evidence.add(wild: contribution.row, place: place)
  }

  /// Adds the rows that may belong to several groups, and returns the figures of all.
  consuming func finish() -> RuleResult {
    let periods = schedule.periods
    if table.count < subjects.count * width {
      table.append(contentsOf: repeatElement(State(), count: subjects.count * width - table.count))
    }
    addWildRows()
    let width = width
    var figures: [Figures] = []
    figures.reserveCapacity(subjects.count * periods.count)
    for subject in 0..<subjects.count {
      for period in periods.indices {
        figures.append(table[subject * width + (width == 1 ? 0 : period)].figures)
      }
    }
    return .groups(
      GroupResult(
        subjects: subjects.subjects, periods: periods, figures: figures,
        evidence: evidence, width: width, codes: (0..<subjects.count).map { subjects.codes(ofSubject: $0) }))
  }

  private mutating func addWildRows() {
    if wild.isEmpty { return }
    let places = wild.map { $0 }
    for subject in 0..<subjects.count {
      let codes = subjects.codes(ofSubject: subject)
      for (place, state) in places where zip(place.parts, codes).allSatisfy({ $0 == nil || $0 == $1 }) {
        for slot in place.slots where Int(slot) < width {
          table[subject * width + Int(slot)].addPossible(state)
        }
      }
    }
  }
}
