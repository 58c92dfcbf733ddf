extension RuleJudgment {
  /// What a row is in a report.
  struct RowSubject {
    let subject: Subject
    /// Who answers for it.
    let answerable: [Subject.Part]
  }

  /// Reads whose rows some are.
  typealias RowSubjects = ([Int32]) -> [Int32: RowSubject]

  /// How many rows are read at a time.
  private static let rowsAtOnce = 50_000

  /// Rows that are read at once, each with its subject.
  private static func stretches<Row>(
    of rows: [Row], _ subjects: @escaping RowSubjects, place: @escaping (Row) -> Int32
  ) -> some Sequence<(Row, RowSubject)> {
    // One stretch after another is read as it is asked for.
    let starts = stride(from: 0, to: rows.count, by: rowsAtOnce)
    return starts.lazy.flatMap { start -> [(Row, RowSubject)] in
      let stretch = rows[start..<min(rows.count, start + rowsAtOnce)]
      let found = subjects(stretch.map(place))
      return stretch.map { ($0, found[place($0)] ?? RowSubject(subject: Subject([]), answerable: [])) }
    }
  }

  /// Judges the rows of a rule.
  mutating func judge(_ result: RowResult, subjects: @escaping RowSubjects, waivers: inout WaiverTable) {
    guard plan.isInForce(on: context.asOf) else { return }
    let period = once
    openRows = result.openRows
    if context.keepsEveryObligation {
      for (met, subject) in Self.stretches(of: Array(result.metRows.elements), subjects, place: \.row) {
        recordRow(
          Judged(verdict: Verdict(.met), figures: .requirements(failed: [], unknown: [])), subject, period,
          met.isCertain ? .yes : .unknown, .row(met.row), &waivers)
      }
    } else {
      counts.add(.met, count: result.met)
    }
    // Of rows that are neither listed nor waived nobody asks whose they are.
    let readsAll = context.keepsEveryObligation || waivers.mayCover(rule: rule.id)
    var (listing, others) = (OutcomeCounts(), OutcomeCounts())
    var kept: [RowResult.Exception] = []
    for exception in result.exceptions.elements {
      let outcome = judge.row(isCertain: exception.isCertain, requirements: exception.requirements).outcome
      if readsAll || listing[outcome] < listed {
        listing.add(outcome)
        kept.append(exception)
      } else {
        others.add(outcome)
        if outcome == .undetermined, openRows == nil { unlistedRows.append(exception.row) }
      }
    }
    for (exception, subject) in Self.stretches(of: kept, subjects, place: \.row) {
      let truths = exception.requirements
      let verdict = judge.row(isCertain: exception.isCertain, requirements: truths)
      let figures = Figures.requirements(
        failed: truths.indices.filter { truths[$0] == .no }, unknown: truths.indices.filter { truths[$0] == .unknown })
      recordRow(
        Judged(verdict: verdict, figures: figures), subject, period,
        exception.isCertain ? .yes : .unknown, .row(exception.row), &waivers)
    }
    counts.add(others)
    counts.add(.breached, count: result.unlisted.failed)
    counts.add(.undetermined, count: result.unlisted.open)
  }

  /// Judges the responses of a rule.
  mutating func judge(_ rows: [ResponseRow], subjects: @escaping RowSubjects, waivers: inout WaiverTable) {
    guard case .judgeResponses(_, let response, _) = plan.obligations else {
      preconditionFailure("responses were looked for by a rule that judges none")
    }
    // Those of which nothing is kept but their number need not be read again.
    var kept: [JudgedResponse] = []
    for row in rows {
      guard let found = judged(row, response) else { continue }
      if keeps(found.judged.verdict.outcome) { kept.append(found) } else { counts.add(found.judged.verdict.outcome) }
    }
    for (found, subject) in Self.stretches(of: kept, subjects, place: \.row.row) {
      let place = Exception.Place.response(found.row.row, openEvents: found.row.openEvents)
      recordRow(found.judged, subject, once, found.isOwed, place, &waivers)
    }
  }

  /// A response with its verdict.
  private struct JudgedResponse {
    let row: ResponseRow
    let judged: Judged
    let isOwed: Truth
  }

  /// Judges a response; nil where none is owed.
  private mutating func judged(_ row: ResponseRow, _ response: ResponsePlan) -> JudgedResponse? {
    let figures = Figures.response(
      ResponseDays(since: row.since?.day, done: row.certain?.day, isOpen: row.possible != row.certain))
    var isOwed: Truth = row.isCertain ? .yes : .unknown
    guard let since = row.since else {
      let verdict = Verdict(.undetermined, doubt: .unknownCells)
      return JudgedResponse(row: row, judged: Judged(verdict: verdict, figures: figures), isOwed: .unknown)
    }
    if let until = plan.until, since.day > until { return nil }
    let verdict: Verdict
    switch limit(response, since) {
    case .failure(let unset): verdict = Verdict(.undetermined, doubt: .unsetParameter(unset.name))
    case .success(let (within, due)):
      if let from = plan.from, due < from { return nil }
      if due < context.since {
        // What was closed before the stretch that is judged is history; a case still open is not.
        if let done = row.certain, done.day < context.since { return nil }
        if let possible = row.possible, possible.day < context.since { isOwed = .unknown }
      }
      verdict = judge.response(
        certain: row.certain, possible: row.possible, due: due, isCertainlyOwed: isOwed == .yes,
        isInTime: { Self.isInTime($0, since: since, due: due, within) })
    }
    return JudgedResponse(row: row, judged: Judged(verdict: verdict, figures: figures), isOwed: isOwed)
  }

  /// The time that a response may take, and the day on which it ends. A parameter may give the time in hours where both
  /// sides are moments.
  private mutating func limit(
    _ response: ResponsePlan, _ since: Moment
  ) -> Result<(within: ResponsePlan.Within, due: CivilDate), UnsetParameter> {
    var within = response.within
    do throws(UnsetParameter) {
      if case .span(let plan) = within {
        let span = try DueValue.span(plan, context.constants)
        within = .span(.fixed(span))
        if span.unit == .hour, case .parameter(let name) = plan {
          if since.microseconds == nil { throw UnsetParameter(name: name) }
          within = .hours(span.count)
        }
      }
    } catch {
      return .failure(error)
    }
    switch within {
    case .hours(let hours):
      guard let microseconds = since.microseconds else { preconditionFailure("hours are counted from a day") }
      return .success((within, context.day(ofMicroseconds: microseconds + Int64(hours) * 3_600_000_000)))
    case .span(.fixed(let span)):
      let due = span.added(to: since.day, calendar: context.calendar) ?? .latest
      if span.unit == .workday, !context.calendar.holds(due.year) { yearsWithoutHolidays.insert(due.year) }
      return .success((within, due))
    case .span(.parameter): preconditionFailure("a parameter was not read")
    }
  }

  private static func isInTime(
    _ moment: Moment, since: Moment, due: CivilDate, _ within: ResponsePlan.Within
  ) -> Bool {
    if case .hours(let hours) = within, let begun = since.microseconds, let done = moment.microseconds {
      return done <= begun + Int64(hours) * 3_600_000_000
    }
    return moment.day <= due
  }

  /// Judges how the rows of two registers compare.
  mutating func judge(_ result: MatchesResult, waivers: inout WaiverTable) {
    guard plan.isInForce(on: context.asOf) else { return }
    addUnnamed(result.openKeys, in: [once])
    let period = once
    for place in 0..<result.count {
      if result.agreeing[place], !context.keepsEveryObligation {
        counts.add(.met)
        continue
      }
      guard let match = result.match(place) else { continue }
      let subject = Subject(zip(plan.parts, match.key).map { Subject.Part($0.name, $1) })
      let owing = Owing(
        subject: subject, period: period, isOwed: match.outcomes.contains(.notOwed) ? .unknown : .yes, isKnown: true)
      record(
        Judged(verdict: judge.match(match.outcomes), figures: .match(match.result)), owing,
        place: .match(left: match.left, right: match.right), &waivers)
    }
  }

  private mutating func recordRow(
    _ judged: Judged, _ row: RowSubject, _ period: Period, _ isOwed: Truth, _ place: Exception.Place,
    _ waivers: inout WaiverTable
  ) {
    let owing = Owing(subject: row.subject, period: period, isOwed: isOwed, isKnown: true)
    record(judged, owing, answerable: row.answerable, place: place, &waivers)
  }
}
