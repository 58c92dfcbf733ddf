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
    for row in truth.notFalse.setBits {
      let beginning = context.moment(beginnings[row])
      if beginning == .none { continue }
      if case .known(let moment) = beginning, moment.day > context.asOf { continue }
      let found =
        ends.map { Self.done(context.moment($0[row]), asOf: context.asOf) }
        ?? events?.first(after: beginning, for: batch, row) ?? FoundEvents()
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

  private let ours: [Int]
  private var events: [KeyValue: [Event]] = [:]
  /// Events of which it isn't known to what they belong, with the parts that are known.
  private var open: [(parts: [Cell], event: Event)] = []
  private var all: [(parts: [Cell], event: Event)] = []

  init(
    _ rows: RowPlan, on: String, match: [MatchPair], of dataset: Dataset, engine: Engine, context: EvaluationContext
  ) {
    ours = match.compactMap { dataset.index(of: $0.ours) }
    let theirs = context.dataset(rows.dataset)
    guard let table = context.relations.table(rows.dataset), let on = theirs.index(of: on) else {
      preconditionFailure("the events of \(rows.dataset) were not read")
    }
    let filter = RowFilter(rows, engine: engine, context: context)
    let places = match.compactMap { theirs.index(of: $0.theirs) }
    for batch in table.allBatches {
      let truth = filter.truth(of: batch)
      let keys = places.map { batch.column(ofField: $0) }
      let days = batch.column(ofField: on)
      for row in truth.notFalse.setBits {
        let moment = context.moment(days[row])
        if moment == .none { continue }
        if let known = moment.moment, known.day > context.asOf { continue }
        let event = Event(
          moment: moment.moment, isCertain: truth.isTrue(row) && moment != .unknown,
          row: Int32(batch.firstRow + row))
        let parts = keys.map { $0[row] }
        if parts.contains(.null) { continue }
        all.append((parts, event))
        if let key = KeyValue(parts) {
          events[key, default: []].append(event)
        } else {
          open.append((parts, event))
        }
      }
    }
  }

  /// Returns the first event that belongs to a row and is not before its beginning: the certain one, and the first that
  /// may be. O(events of the row + events of which it isn't known to what they belong).
  func first(after beginning: KnownMoment, for batch: Batch, _ row: Int) -> FoundEvents {
    let parts = ours.map { batch.column(ofField: $0)[row] }
    var found = FoundEvents()
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
    if let key = KeyValue(parts) {
      for event in events[key] ?? [] { take(event, isCertain: true) }
      for (others, event) in open where zip(parts, others).allSatisfy({ $0.admits($1) }) {
        take(event, isCertain: false)
      }
    } else {
      for (others, event) in all where zip(parts, others).allSatisfy({ $0.admits($1) }) {
        take(event, isCertain: false)
      }
    }
    return found
  }
}
