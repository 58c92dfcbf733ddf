/// Finds for each row since when something is owed, and when it was done. Memory grows with the rows concerned.
struct ResponseEvaluator: RuleEvaluator {
  private let response: ResponsePlan
  private let dataset: Dataset
  private let filter: RowFilter
  private let since: Int
  private let done: Int?
  private let events: EventIndex?
  private let context: EvaluationContext
  private var rows: [ResponseRow] = []

  /// Prepares the evaluation; the dataset of the events, if there is one, must be among the context's tables.
  init(_ rows: RowPlan, response: ResponsePlan, engine: Engine, context: EvaluationContext) {
    self.response = response
    self.context = context
    let dataset = context.dataset(rows.dataset)
    self.dataset = dataset
    filter = RowFilter(rows, engine: engine, context: context)
    guard let since = dataset.index(of: response.since) else {
      preconditionFailure("no field \(response.since) in \(dataset.name)")
    }
    self.since = since
    switch response.done {
    case .field(let name):
      done = dataset.index(of: name)
      events = nil
    case .event(let rows, let on, let match):
      done = nil
      events = EventIndex(rows, on: on, match: match, of: dataset, engine: engine, context: context)
    }
  }

  mutating func consume(_ batch: Batch, of name: String) {
    let truth = filter.truth(of: batch)
    let beginnings = batch.column(ofField: since)
    let ends = done.map { batch.column(ofField: $0) }
    let keys = events?.keys(of: batch)
    for row in truth.notFalse.setBits {
      let beginning = context.moment(beginnings[row])
      if beginning == .none { continue }
      if case .known(let moment) = beginning, moment.day > context.asOf { continue }
      let found =
        ends.map { Self.done(context.moment($0[row]), asOf: context.asOf) }
        ?? keys.flatMap { events?.first(after: beginning, for: $0, row) } ?? FoundEvents()
      rows.append(
        ResponseRow(
          row: Int32(batch.firstRow + row), isCertain: truth.isTrue(row), since: beginning.moment,
          certain: found.certain, possible: found.possible, openEvents: found.open))
    }
  }

  /// When something was done, as of a day: what is dated later has not been seen.
  private static func done(_ moment: KnownMoment, asOf: CivilDate) -> FoundEvents {
    switch moment {
    case .none: return FoundEvents()
    case .unknown: return FoundEvents(possible: .earliest)
    case .known(let moment):
      return moment.day <= asOf ? FoundEvents(certain: moment, possible: moment) : FoundEvents()
    }
  }

  mutating func merge(_ other: any RuleEvaluator) {
    rows += Self.same(other).rows
    rows.sort { $0.row < $1.row }
  }

  consuming func finish() -> RuleResult { .responses(rows) }
}

/// When something was done, as far as it is known.
private struct FoundEvents {
  var certain: Moment?
  var possible: Moment?
  var open: [Int32] = []
}

/// A moment as a cell tells it.
enum KnownMoment: Hashable {
  case none, unknown
  case known(Moment)

  var moment: Moment? { if case .known(let moment) = self { moment } else { nil } }
}

extension EvaluationContext {
  /// Returns the moment that a cell tells; a date of which the day is open is unknown.
  func moment(_ cell: Cell) -> KnownMoment {
    switch cell {
    case .null: .none
    case .date(let date): .known(Moment(day: date, microseconds: nil))
    case .timestamp(let microseconds):
      .known(Moment(day: day(ofMicroseconds: microseconds), microseconds: microseconds))
    default: .unknown
    }
  }
}

/// The events of a dataset by the rows that they belong to.
private struct EventIndex: Sendable {
  /// An event; nil where its day isn't known.
  private struct Event: Sendable {
    let moment: Moment?
    let isCertain: Bool
    let row: Int32
  }

  /// The fields of the rows, and those of the events that hold their values.
  private let ours: [Int]
  private let theirs: [Int]
  private let table: Table
  private var events: [Event] = []
  /// The events of each key, by their places in `events`.
  private let byKey: RowsByNumber
  private let numbers: KeyNumbers
  /// Events of which it isn't known to what they belong.
  private var open: [Int] = []

  init(
    _ rows: RowPlan, on: String, match: [MatchPair], of dataset: Dataset, engine: Engine, context: EvaluationContext
  ) {
    let others = context.dataset(rows.dataset)
    guard let table = context.relations.table(rows.dataset), let on = others.index(of: on) else {
      preconditionFailure("the events of \(rows.dataset) were not read")
    }
    ours = match.compactMap { dataset.index(of: $0.ours) }
    let theirs = match.compactMap { others.index(of: $0.theirs) }
    self.theirs = theirs
    self.table = table
    let filter = RowFilter(rows, engine: engine, context: context)
    var numbers = KeyNumbers(theirs.map { others.fields[$0] }, theirs.map { table.dictionary(ofField: $0) })
    var keys: [UInt32] = []
    for batch in table.allBatches {
      let truth = filter.truth(of: batch)
      let columns = theirs.map { batch.column(ofField: $0) }
      let counting = columns.reduce(truth.notFalse) { $0 & $1.validity }
      let found = numbers.insert(columns)
      let days = batch.column(ofField: on)
      for row in counting.setBits {
        let moment = context.moment(days[row])
        if moment == .none { continue }
        if let known = moment.moment, known.day > context.asOf { continue }
        if found[row] == KeyNumbers.none { open.append(events.count) }
        keys.append(found[row])
        events.append(
          Event(
            moment: moment.moment, isCertain: truth.isTrue(row) && moment != .unknown,
            row: Int32(batch.firstRow + row)))
      }
    }
    byKey = RowsByNumber(keys, count: numbers.count)
    self.numbers = numbers
  }

  /// The keys by which the rows of a batch find their events.
  struct Keys {
    fileprivate let columns: [Column]
    fileprivate let numbers: [UInt32]

    /// The parts of the key of a row.
    fileprivate func parts(_ row: Int) -> [Cell] { columns.map { $0[row] } }
  }

  /// Returns the keys of a batch's rows. O(rows).
  func keys(of batch: Batch) -> Keys {
    let columns = ours.map { batch.column(ofField: $0) }
    return Keys(columns: columns, numbers: numbers.numbers(of: columns))
  }

  /// Returns the first event that belongs to a row and is not before its beginning: the certain one, and the first that
  /// may be. O(events of the row + events of which it isn't known to what they belong).
  func first(after beginning: KnownMoment, for keys: Keys, _ row: Int) -> FoundEvents {
    var found = FoundEvents()
    let parts = keys.parts(row)
    if parts.contains(.null) { return found }
    func take(_ event: Event, isCertain: Bool) {
      guard let moment = event.moment else {
        found.possible = .earliest
        found.open.append(event.row)
        return
      }
      if let since = beginning.moment, moment.isBefore(since) { return }
      if isCertain, event.isCertain {
        found.certain = found.certain.map { moment.isBefore($0) ? moment : $0 } ?? moment
      } else {
        found.open.append(event.row)
      }
      found.possible = found.possible.map { moment.isBefore($0) ? moment : $0 } ?? moment
    }
    func takePossible(_ places: some Sequence<Int>) {
      for place in places {
        let event = events[place]
        if zip(parts, theirs).allSatisfy({ $0.admits(table.cell(event.row, $1)) }) { take(event, isCertain: false) }
      }
    }
    if parts.contains(where: \.isOpen) {
      takePossible(events.indices)
    } else {
      for place in byKey[keys.numbers[row]] { take(events[Int(place)], isCertain: true) }
      takePossible(open)
    }
    return found
  }
}
