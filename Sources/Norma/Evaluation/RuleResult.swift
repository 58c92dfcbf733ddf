/// What an engine found out about one rule, before anything is judged.
enum RuleResult: Sendable {
  case rows(RowResult)
  case responses([ResponseRow])
  case groups(GroupResult)
  /// The two sides have the same subjects and periods, each in an order of its own.
  case pairs(GroupResult, GroupResult)
  case matches(MatchesResult)

  /// The first rows that fail by themselves, or may, as many as `limit`.
  func failedRows(limit: Int) -> [Int32] {
    if case .rows(let result) = self { result.exceptions.elements.prefix(limit).map(\.row) } else { [] }
  }
}

/// The rows that a rule demands something of.
struct RowResult: Sendable {
  /// Takes in the rows of another part of the data. O(batches).
  mutating func formUnion(_ other: RowResult) {
    met += other.met
    metRows.formUnion(other.metRows)
    exceptions.formUnion(other.exceptions)
    unlisted.failed += other.unlisted.failed
    unlisted.open += other.unlisted.open
    if let rows = other.openRows { openRows?.formUnion(rows) }
  }

  /// How many rows meet every requirement.
  var met = 0
  /// The rows that do, where they are asked for.
  var metRows = RowRuns<MetRow>()
  /// The other rows, as far as anybody looks at them.
  var exceptions = RowRuns<Exception>()
  /// How many rows there are beside these: of those that certainly fail, and of those of which that isn't known.
  var unlisted = (failed: 0, open: 0)
  /// The undetermined ones with the cells on which they hang; nil where the engine does not tell.
  var openRows: OpenRows?

  /// A row that meets every requirement.
  struct MetRow: Hashable, Sendable {
    /// The row's place in the dataset, from 0.
    let row: Int32
    /// Whether the rule certainly concerns it.
    let isCertain: Bool
  }

  /// A row that does not meet a requirement, or of which that isn't known.
  struct Exception: Hashable, Sendable {
    /// The row's place in the dataset, from 0.
    let row: Int32
    /// Whether the rule certainly concerns it.
    let isCertain: Bool
    /// The truth of each requirement.
    let requirements: [Truth]
  }
}

/// A row in response to which something has to be done.
struct ResponseRow: Hashable, Sendable {
  /// The row's place in the dataset, from 0.
  let row: Int32
  /// Whether the rule certainly concerns it.
  let isCertain: Bool
  /// Since when it is owed; nil where that isn't known.
  let since: Moment?
  /// When it certainly was done; nil where that isn't certain.
  let certain: Moment?
  /// When it may have been done first; nil where it can't have been.
  let possible: Moment?
  /// The rows of the other dataset that may show it, and do not certainly.
  let openEvents: [Int32]
}

/// A day, or a moment of it.
struct Moment: Hashable, Sendable {
  /// The day in the project's zone.
  let day: CivilDate
  /// The microseconds since 1970-01-01T00:00:00Z; nil where only the day is known.
  let microseconds: Int64?

  /// The earliest moment that there is: a day that isn't known may be any.
  static let earliest = Moment(day: CivilDate(dayNumber: .min), microseconds: nil)

  /// Whether this is before another: by the moment where both tell it, else by the day.
  func isBefore(_ other: Moment) -> Bool {
    if let microseconds, let others = other.microseconds { return microseconds < others }
    return day < other.day
  }
}

/// The figures of every subject and period of a rule.
struct GroupResult: Sendable {
  /// The subjects that owe in at least one period.
  let subjects: [Subject]
  /// The periods that were measured.
  let periods: [Period]
  /// How many of the first of them are not judged.
  let leadCount: Int
  /// The figures of a subject in a period, by their places; they are worked out as they are asked for, since most groups
  /// of a large register are met.
  let figures: @Sendable (_ subject: Int, _ period: Int) -> Figures
  /// The groups, subject by subject and within it period by period, that are met by the rows that they certainly have,
  /// whatever else is said of them; nil where that isn't known beforehand.
  let enough: Bitmap?
  /// The rows behind the figures.
  let evidence: EvidenceRows
  /// The number of groups that `evidence` tells apart per subject: the periods, or 1 where every period is alike.
  let width: Int
  /// For each subject the codes of the parts of its key, as the places of open rows name them.
  let codes: @Sendable (_ subject: Int) -> [Int32]
  /// The keys of rows that may name a subject which isn't among `subjects`, one per row.
  let openKeys: [[Cell]]
  /// The rows that leave groups open; nil where the engine does not tell on which cells they hang.
  var openRows: OpenRows?

  /// The name of a subject's rows in a period in `evidence`.
  func group(_ subject: Int, _ period: Int) -> Int32 { Int32(subject * width + (width == 1 ? 0 : period)) }

  /// A subject with what is known of its obligation.
  struct Subject: Hashable, Sendable {
    /// The values of the parts of `each`, in their order; none for the organization.
    let key: [Cell]
    /// The place of its row in the roster; nil where there is no roster.
    let rosterRow: Int?
    /// Whether the data certainly names it.
    let isCertain: Bool
  }
}

/// How two registers compare.
struct MatchesResult: Sendable {
  /// How many keys either side certainly or possibly has.
  let count: Int
  /// The keys that each side certainly has once, with rows that agree.
  let agreeing: Bitmap
  /// Compares the rows of the key at a place; nil where nothing is owed. It is worked out when it is asked for, since most keys
  /// of a large register agree.
  let match: @Sendable (Int) -> KeyMatch?
  /// The keys of rows of which a part isn't known, one per row: they may be keys that neither side has.
  let openKeys: [[Cell]]
}

/// The rows of two registers with one key.
struct KeyMatch: Sendable {
  /// The values of the key.
  let key: [Cell]
  /// What may come out, of all that is possible.
  let outcomes: Outcomes
  /// How the rows compare.
  let result: MatchResult
  /// The rows on the left that have the key, and those that may.
  let left: [Int32]
  /// The same on the right.
  let right: [Int32]

  /// What may come out.
  struct Outcomes: OptionSet {
    let rawValue: UInt8

    static let agrees = Outcomes(rawValue: 1)
    static let differs = Outcomes(rawValue: 2)
    static let notOwed = Outcomes(rawValue: 4)
  }
}

/// The rows that decided a group, or left it open.
struct EvidenceRows: Sendable {
  /// How many rows are kept per group to be shown.
  let limit: Int
  /// The number of rows from which on a group is met, so that no more than those before need be kept; nil where there is none.
  let enough: Int?
  private(set) var shown: [Entry] = []
  private(set) var uncertain: [Entry] = []
  private(set) var wild: [WildEntry] = []
  /// How many rows decided each group, as far as there are any.
  private var totals: [Int32] = []

  /// A row of a group.
  struct Entry: Hashable, Sendable {
    let group: Int32
    let row: Int32
  }

  /// A row that may belong to several groups.
  struct WildEntry: Hashable, Sendable {
    let place: WildPlace
    let row: Int32
  }

  /// Creates the evidence of no rows. A group that has `enough` rows is no finding: fewer than that are kept of each.
  init(limit: Int, enough: Int?) {
    self.limit = enough.map { min(limit, $0 - 1) } ?? limit
    self.enough = enough
  }

  /// Keeps a row that decided `group`, the first `limit` of them; all are counted.
  @inline(__always)
  mutating func add(shown row: Int32, group: Int32) {
    // A group with any row is met, then.
    if enough == 1 { return }
    keep(row, group)
  }

  private mutating func keep(_ row: Int32, _ group: Int32) {
    let place = Int(group)
    if place >= totals.count {
      totals += [Int32](repeating: 0, count: max(place + 1, totals.count * 2) - totals.count)
    }
    totals[place] += 1
    if totals[place] <= limit { shown.append(Entry(group: group, row: row)) }
  }

  /// Keeps a row of which it isn't known how it counts in `group`.
  mutating func add(uncertain row: Int32, group: Int32) {
    uncertain.append(Entry(group: group, row: row))
  }

  /// Keeps a row of which it isn't known to which group it belongs.
  mutating func add(wild row: Int32, place: WildPlace) {
    wild.append(WildEntry(place: place, row: row))
  }

  /// The first rows that decided each of some groups. O(rows kept).
  func shown(of groups: Bitmap) -> [Int32: [Int32]] { Self.rows(of: groups, in: shown) }

  /// The rows of which it isn't known how they count in each of some groups. O(rows kept).
  func uncertain(of groups: Bitmap) -> [Int32: [Int32]] { Self.rows(of: groups, in: uncertain) }

  private static func rows(of groups: Bitmap, in entries: [Entry]) -> [Int32: [Int32]] {
    var rows: [Int32: [Int32]] = [:]
    if groups.isEmpty { return rows }
    for entry in entries where groups[Int(entry.group)] { rows[entry.group, default: []].append(entry.row) }
    return rows
  }

  /// How many rows decided `group`.
  func total(of group: Int32) -> Int { Int(group) < totals.count ? Int(totals[Int(group)]) : 0 }

  /// Takes in the rows of another part of the data, whose groups and places have the names that `group` and `place` return.
  /// O(rows kept × log rows kept).
  mutating func formUnion(_ other: EvidenceRows, group: (Int32) -> Int32, place: (WildPlace) -> WildPlace) {
    var merged = EvidenceRows(limit: limit, enough: nil)
    let all = shown + other.shown.map { Entry(group: group($0.group), row: $0.row) }
    // Of those that were left out before, none is among the first of their group.
    for entry in all.sorted(by: { $0.row < $1.row }) { merged.add(shown: entry.row, group: entry.group) }
    shown = merged.shown
    for (index, total) in other.totals.enumerated() where total > 0 {
      let mine = Int(group(Int32(index)))
      if mine >= totals.count { totals += [Int32](repeating: 0, count: mine + 1 - totals.count) }
      totals[mine] += total
    }
    uncertain += other.uncertain.map { Entry(group: group($0.group), row: $0.row) }
    uncertain.sort { $0.row < $1.row }
    wild += other.wild.map { WildEntry(place: place($0.place), row: $0.row) }
    wild.sort { $0.row < $1.row }
  }

  /// Gives groups other names. O(rows kept + groups).
  mutating func rename(_ group: (Int32) -> Int32) {
    shown = shown.map { Entry(group: group($0.group), row: $0.row) }
    uncertain = uncertain.map { Entry(group: group($0.group), row: $0.row) }
    let old = totals
    totals = Array(repeating: 0, count: old.count)
    for (index, total) in old.enumerated() where total > 0 {
      let place = Int(group(Int32(index)))
      if place >= totals.count { totals += [Int32](repeating: 0, count: place + 1 - totals.count) }
      totals[place] = total
    }
  }
}

/// Where a row may belong of which the subject or the period isn't known.
struct WildPlace: Hashable, Sendable {
  /// The codes of the parts of the subject's key, nil where a part isn't known.
  let parts: [Int32?]
  /// The periods that it may lie in.
  let slots: ClosedRange<Int32>

  /// Whether the row may belong to a subject with these codes in this period. O(parts).
  func admits(_ codes: [Int32], slot: Int32) -> Bool {
    slots.contains(slot) && zip(parts, codes).allSatisfy { $0 == nil || $0 == $1 }
  }
}
