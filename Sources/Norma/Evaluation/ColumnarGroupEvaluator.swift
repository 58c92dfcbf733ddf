/// Measures the groups of one rule while batches go by: the default engine.
///
/// Conditions are evaluated for a whole batch at once. Subjects and periods are small integers, so that a group is a
/// place in one array; rows of which the subject or the period isn't known are kept apart by where they may belong, and
/// added to every group that admits them at the end. Memory grows with groups and open rows, not with rows.
struct ColumnarGroupEvaluator<State: MeasureState>: GroupEvaluator {
  private let context: EvaluationContext
  private let measure: Measure
  private let periods: JudgedPeriods
  private let schedule: PeriodSchedule
  private let placement: RowPlacement
  private let conditions: RowTruths
  private let dayField: Int?
  private var subjects: SubjectIndex
  /// One pass where the conditions are the same in every period, else one pass for each.
  private let passes: [Pass]
  /// The number of columns of the table: one for each period, or one that serves them all where every row counts in every
  /// period in the same way.
  private let width: Int
  private var table: [State] = []
  /// Of totals what rows bring that count in a period and in all behind it: it is added to those at the end. Empty where no row
  /// does.
  private var onward: [State] = []
  private var wild: [WildPlace: State] = [:]
  private var swayed: [Int32: SwayedGroup] = [:]
  private var evidence: EvidenceRows
  private let enough: Int?
  /// The fields that say whose a row is, and when it counts.
  private let placingFields: [Int]
  /// The rows that leave groups open; nil where columns do not tell on which cells they hang.
  private var openRows: OpenRows?

  private struct Pass {
    /// The only period that counts in this pass; nil for all of them.
    let slot: Int32?
    let constants: Constants
  }

  init(_ plan: RulePlan, group: GroupPlan, owed: Owed, roster: Roster?, context: EvaluationContext) {
    self.context = context
    let dataset = context.dataset(group.rows.dataset)
    measure = group.measure
    periods = context.periods(plan, owed)
    schedule = PeriodSchedule(periods: periods.periods, window: owed.window)
    placement = RowPlacement(
      group.placement, unit: owed.recurrence.unit, dataset: dataset, schedule: schedule, from: plan.from,
      context: context)
    conditions = RowTruths(group, dataset: dataset, context: context)
    dayField = group.measure.dayField.flatMap { dataset.index(of: $0) }
    subjects = SubjectIndex(parts: group.parts, dataset: dataset, roster: roster, context: context)
    let expressions = group.population + [group.having, group.measure.value].compactMap { $0 }
    if expressions.contains(where: { context.dependsOnPeriod($0) }) {
      passes = schedule.periods.enumerated().map { slot, period in
        Pass(slot: Int32(slot), constants: context.constants(in: period))
      }
    } else {
      passes = [Pass(slot: nil, constants: context.constants(in: schedule.periods.last))]
    }
    width = placement.isEverywhere && passes.first?.slot == nil ? 1 : schedule.periods.count
    enough = plan.enough
    evidence = EvidenceRows(limit: context.evidenceLimit, enough: enough)
    placingFields = (group.parts.flatMap(\.fields) + group.placement.fields).compactMap { dataset.index(of: $0) }
    // What hangs on the period or on other rows is looked up row by row.
    let isTraceable =
      passes.count == 1 && passes[0].slot == nil && conditions.isTraceable
      && group.parts.allSatisfy { $0.expression == nil } && dataset.fields.count <= OpenRows.fieldLimit
    openRows = isTraceable ? OpenRows() : nil
  }

  // Behind the protocol one version would serve all states: these are made for each.
  @_specialize(where State == ShareState)
  @_specialize(where State == CountState)
  @_specialize(where State == EarliestState)
  @_specialize(where State == EventState)
  @_specialize(where State == SumState)
  @_specialize(where State == ExtremeState)
  @_specialize(where State == MeanState)
  @_specialize(where State == DistinctState)
  @_specialize(where State == BalanceState)
  mutating func consume(_ batch: Batch) {
    if schedule.periods.isEmpty { return }
    let places = placement.places(of: batch)
    let owners = subjects.owners(of: batch, places: places)
    growTable()
    let days = dayField.map { placement.days(of: batch.column(ofField: $0)) }
    let openBefore = (evidence.uncertain.count, evidence.wild.count)
    for pass in passes {
      let rows = PassRows(
        batch: batch, places: places, owners: owners, days: days,
        truths: conditions.truths(of: batch, pass.constants),
        swayed: conditions.swayedTruths(of: batch, pass.constants))
      accumulate(rows, pass)
      traceRows(rows.truths, of: batch, behind: openBefore)
    }
  }

  /// Notes on which cells the rows hang that were found to be open behind others.
  private mutating func traceRows(
    _ truths: RowTruths.Truths, of batch: Batch, behind before: (uncertain: Int, wild: Int)
  ) {
    guard openRows != nil, evidence.uncertain.count + evidence.wild.count > before.uncertain + before.wild else {
      return
    }
    var rows = Bitmap(repeating: false, count: batch.count)
    for entry in evidence.uncertain[before.uncertain...] { rows[Int(entry.row) - batch.firstRow] = true }
    for entry in evidence.wild[before.wild...] { rows[Int(entry.row) - batch.firstRow] = true }
    var open = OpenFields()
    for field in placingFields { open.add(field, of: batch) }
    conditions.trace(rows, of: truths, batch, passes[0].constants, &open)
    openRows?.add(rows, of: batch, open)
  }

  private mutating func growTable() {
    let missing = subjects.count * width - table.count
    if missing > 0 { table.append(contentsOf: repeatElement(State(measure), count: missing)) }
    if !onward.isEmpty { growOnward() }
  }

  private mutating func growOnward() {
    let missing = table.count - onward.count
    if missing > 0 { onward.append(contentsOf: repeatElement(State(measure), count: missing)) }
  }

  /// The rows of a batch with all that one pass needs of them.
  private struct PassRows {
    let batch: Batch
    let places: RowPositions
    let owners: [Int32]
    let days: [RowDay]?
    let truths: RowTruths.Truths
    let swayed: RowTruths.Truths?
  }

  private mutating func accumulate(_ rows: PassRows, _ pass: Pass) {
    // Most rows have nothing but a subject, a period and two truths, all of them known.
    let isPlain = rows.swayed == nil && rows.truths.amounts == nil && rows.days == nil && pass.slot == nil
    let population = rows.truths.population
    let others = isPlain ? accumulatePlain(rows) : population.notFalse
    for row in others.setBits {
      let owner = rows.owners[row]
      if owner != SubjectIndex.nobody { accumulate(row, owner, rows, pass) }
    }
  }

  /// Takes in the rows of which all is known, and returns the others that may count.
  private mutating func accumulatePlain(_ rows: PassRows) -> Bitmap {
    let population = rows.truths.population
    let firstRow = Int32(rows.batch.firstRow)
    let width = Int32(width)
    var others = population.notFalse
    others.subtract(population.isTrue)
    let having = rows.truths.having
    let isAllSeen = rows.places.isAllSeen
    rows.owners.withUnsafeBufferPointer { owners in
      table.withUnsafeMutableBufferPointer { table in
        for (index, word) in population.isTrue.words.enumerated() where word != 0 {
          // The truths of 64 rows are at hand at a time.
          let has = having?.isTrue.words[index] ?? .max
          let lacks = having?.isFalse.words[index] ?? 0
          var rest = word
          while rest != 0 {
            let bit = UInt64(rest.trailingZeroBitCount)
            rest &= rest &- 1
            let row = index << 6 | Int(bit)
            let owner = owners[row]
            let slot = rows.places.exactSlot(row)
            guard owner >= 0, slot >= 0, isAllSeen || rows.places.isSeen(row) == .yes else {
              others[row] = true
              continue
            }
            let truth: Truth = has >> bit & 1 != 0 ? .yes : lacks >> bit & 1 != 0 ? .no : .unknown
            let group = owner &* width &+ slot
            table[Int(group)].add(isCertain: true, having: truth)
            if truth == State.evidentTruth {
              evidence.add(shown: firstRow &+ Int32(row), group: group)
            } else if truth == .unknown {
              evidence.add(uncertain: firstRow &+ Int32(row), group: group)
            }
          }
        }
      }
    }
    return others
  }

  /// Takes in a row that may be open in any way.
  private mutating func accumulate(_ row: Int, _ owner: Int32, _ rows: PassRows, _ pass: Pass) {
    let isSeen = rows.places.isSeen(row)
    if isSeen == .no { return }
    guard let slot = slot(of: row, rows.places, pass) else { return }
    let contribution = contribution(rows, rows.truths, row, isSeen: isSeen == .yes)
    var swaying: Swaying?
    if let swayed = rows.swayed, !contribution.isKnown, isSeen == .yes, owner >= 0,
      let base = base(rows, swayed, row), let whose = conditions.owner(of: row, in: rows.batch)
    {
      swaying = Swaying(row: SwayedRow(base: base, wide: contribution), owner: whose)
    }
    add(contribution, swaying, owner: owner, slot)
  }

  /// A row that is open only because of rows that may be in lists.
  private struct Swaying {
    let row: SwayedRow
    let owner: Sway.Owner
  }

  private func contribution(
    _ rows: PassRows, _ truths: RowTruths.Truths, _ row: Int, isSeen: Bool
  ) -> Contribution {
    Contribution(
      isCertain: isSeen && truths.population.isTrue(row), having: truths.having(row),
      day: rows.days.map { $0[row] } ?? .none, amount: conditions.amount(truths, row),
      row: Int32(rows.batch.firstRow + row))
  }

  /// What a row brings where lists hold only their certain rows; nil where it is open all the same.
  private func base(_ rows: PassRows, _ truths: RowTruths.Truths, _ row: Int) -> Contribution? {
    let population = truths.population.truth(row)
    if population == .unknown { return nil }
    let base = contribution(rows, truths, row, isSeen: true)
    if population == .no { return .outside(row: base.row) }
    return base.isKnown ? base : nil
  }

  /// Where a row counts in this pass, nil where it doesn't.
  private func slot(of row: Int, _ places: RowPositions, _ pass: Pass) -> RowSlot? {
    switch (places.slot(row), pass.slot) {
    case (.nowhere, _): return nil
    case (let slot, nil): return slot
    case (.exactly(let slot), let only?): return placement.isEverywhere || slot == only ? .exactly(only) : nil
    case (.somewhere(let slots), let only?): return slots.contains(only) ? .somewhere(only...only) : nil
    case (.onward(let certainly, let possibly), let only?):
      if only < possibly { return nil }
      return certainly.map { only >= $0 } ?? false ? .exactly(only) : .somewhere(only...only)
    }
  }

  private mutating func add(_ contribution: Contribution, _ swaying: Swaying?, owner: Int32, _ slot: RowSlot) {
    switch slot {
    case .nowhere: preconditionFailure("a row that counts nowhere was to be counted")
    case .exactly(let period):
      if owner >= 0 {
        add(contribution, swaying, group: owner * Int32(width) + period)
      } else {
        add(contribution, wildIn: period...period, owner)
      }
    case .somewhere(let slots): add(contribution, wildIn: slots, owner)
    case .onward(let certainly, let possibly):
      let last = Int32(width) - 1
      if owner < 0 { return add(contribution, wildIn: possibly...last, owner) }
      if certainly == possibly, swaying == nil {
        return add(contribution, from: owner * Int32(width) + possibly, through: owner * Int32(width) + last)
      }
      var possible = contribution
      possible.isCertain = false
      for period in possibly...last {
        let isCertain = period >= certainly ?? .max
        add(isCertain ? contribution : possible, isCertain ? swaying : nil, group: owner * Int32(width) + period)
      }
    }
  }

  private mutating func add(_ contribution: Contribution, _ swaying: Swaying?, group: Int32) {
    if let swaying {
      swayed[group, default: SwayedGroup()].add(swaying.row, owner: swaying.owner)
      evidence.add(uncertain: contribution.row, group: group)
      return
    }
    table[Int(group)].add(contribution)
    if State.isEvidence(contribution) { evidence.add(shown: contribution.row, group: group) }
    if !contribution.isKnown { evidence.add(uncertain: contribution.row, group: group) }
  }

  /// Adds a row to the groups of one subject from one period on.
  private mutating func add(_ contribution: Contribution, from first: Int32, through last: Int32) {
    growOnward()
    onward[Int(first)].add(contribution)
    let (isEvidence, isKnown) = (State.isEvidence(contribution), contribution.isKnown)
    for group in first...last {
      if isEvidence { evidence.add(shown: contribution.row, group: group) }
      if !isKnown { evidence.add(uncertain: contribution.row, group: group) }
    }
  }

  private mutating func add(_ contribution: Contribution, wildIn slots: ClosedRange<Int32>, _ owner: Int32) {
    let place = WildPlace(parts: subjects.codes(of: owner), slots: slots)
    var contribution = contribution
    contribution.isCertain = false
    wild[place, default: State(measure)].add(contribution)
    evidence.add(wild: contribution.row, place: place)
  }

  // MARK: Parts of the data

  /// Takes in what another evaluator of the rule has measured in other rows. O(groups + rows kept).
  @_specialize(where State == ShareState)
  @_specialize(where State == CountState)
  @_specialize(where State == EarliestState)
  @_specialize(where State == EventState)
  @_specialize(where State == SumState)
  @_specialize(where State == ExtremeState)
  @_specialize(where State == MeanState)
  @_specialize(where State == DistinctState)
  @_specialize(where State == BalanceState)
  mutating func merge(_ other: any GroupEvaluator) {
    let other = Self.same(other)
    if schedule.periods.isEmpty { return }
    let width = Int32(width)
    let names = subjects.merge(other.subjects)
    growTable()
    func mine(_ group: Int32) -> Int32 { names.subjects[Int(group / width)] * width + group % width }
    // One that has seen no batch has no groups yet.
    for subject in 0..<(other.table.count / Int(width)) {
      let (from, to) = (subject * Int(width), Int(names.subjects[subject] * width))
      for slot in 0..<Int(width) { table[to + slot].formUnion(other.table[from + slot]) }
      if other.onward.isEmpty { continue }
      growOnward()
      for slot in 0..<Int(width) { onward[to + slot].formUnion(other.onward[from + slot]) }
    }
    for (place, state) in other.wild { wild[names.place(place), default: State(measure)].formUnion(state) }
    for (group, rows) in other.swayed { swayed[mine(group), default: SwayedGroup()].formUnion(rows) }
    evidence.formUnion(other.evidence, group: mine, place: names.place)
    if let rows = other.openRows { openRows?.formUnion(rows) }
    sortSubjects()
  }

  /// Puts the subjects in the order in which the rows name them, which is that of one evaluator that has seen them all.
  private mutating func sortSubjects() {
    let width = Int32(width)
    guard let places = subjects.sort() else { return }
    func new(_ group: Int32) -> Int32 { places[Int(group / width)] * width + group % width }
    Self.reorder(&table, new)
    Self.reorder(&onward, new)
    swayed = Dictionary(uniqueKeysWithValues: swayed.map { (new($0), $1) })
    evidence.rename(new)
  }

  /// Puts every state in its new place, and none anywhere else meanwhile: there may be many. O(groups).
  private static func reorder(_ states: inout [State], _ new: (Int32) -> Int32) {
    var isPlaced = [Bool](repeating: false, count: states.count)
    for start in states.indices {
      var place = start
      while !isPlaced[place] {
        isPlaced[place] = true
        let next = Int(new(Int32(place)))
        if next != start { states.swapAt(start, next) }
        place = next
      }
    }
  }

  /// Adds subjects that another group names, so that both can be held against each other.
  mutating func include(_ others: [GroupResult.Subject]) {
    for subject in others { subjects.include(subject.key, isCertain: subject.isCertain) }
  }

  /// The subjects so far.
  var namedSubjects: [GroupResult.Subject] { subjects.subjects }

  /// Adds the rows that may belong to several groups, and returns the figures of all.
  @_specialize(where State == ShareState)
  @_specialize(where State == CountState)
  @_specialize(where State == EarliestState)
  @_specialize(where State == EventState)
  @_specialize(where State == SumState)
  @_specialize(where State == ExtremeState)
  @_specialize(where State == MeanState)
  @_specialize(where State == DistinctState)
  @_specialize(where State == BalanceState)
  consuming func finish() -> GroupResult {
    subjects.completeListedValues()
    growTable()
    addOnwardRows()
    addWildRows()
    let width = width
    if width == 0 {
      return GroupResult(
        subjects: [], periods: [], leadCount: 0, figures: { _, _ in preconditionFailure("there are no groups") },
        enough: nil, evidence: evidence, width: 0, codes: { _ in [] }, openKeys: [])
    }
    let (table, swayed, keys) = (table, swayed, subjects.keys)
    let days = schedule.periods.map { context.measuredDays($0) }
    return GroupResult(
      subjects: subjects.subjects, periods: schedule.periods, leadCount: periods.leadCount,
      figures: { subject, period in
        let group = subject * width + (width == 1 ? 0 : period)
        return Self.figures(of: table[group], swayed[Int32(group)], in: days[period])
      },
      enough: groupsWithEnough, evidence: evidence, width: width,
      codes: { keys[$0] }, openKeys: subjects.openKeys,
      openRows: openRows)
  }

  /// The groups that have enough rows, by subject and period; those whose rows hang on lists are left out.
  private var groupsWithEnough: Bitmap? {
    guard let enough, width == schedule.periods.count else { return nil }
    var words = [UInt64](repeating: 0, count: (table.count + 63) / 64)
    for group in table.indices where table[group].certainlyHas(enough) {
      words[group >> 6] |= 1 << UInt64(group & 63)
    }
    var groups = Bitmap(words: words, count: table.count)
    for group in swayed.keys { groups[Int(group)] = false }
    return groups
  }

  private static func figures(of state: State, _ swayed: SwayedGroup?, in days: MeasuredDays) -> Figures {
    guard let swayed else { return state.figures(in: days) }
    if let figure = state.figures(in: days, swayed: swayed.keys, by: swayed.count) { return figure }
    var state = state
    for row in swayed.wideRows { state.add(row) }
    return state.figures(in: days)
  }

  /// Adds the rows that count in a period and in all behind it. O(groups).
  private mutating func addOnwardRows() {
    if onward.isEmpty { return }
    for subject in 0..<subjects.count {
      var total = State(measure)
      for group in subject * width..<(subject + 1) * width {
        total.formUnion(onward[group])
        table[group].formUnion(total)
      }
    }
    onward = []
  }

  private mutating func addWildRows() {
    if wild.isEmpty { return }
    let places = wild.map { $0 }
    for subject in 0..<subjects.count {
      let codes = subjects.keys[subject]
      for (place, state) in places where zip(place.parts, codes).allSatisfy({ $0 == nil || $0 == $1 }) {
        for slot in place.slots where Int(slot) < width {
          table[subject * width + Int(slot)].addPossible(state)
        }
      }
    }
  }
}
