/// What an engine found out about one rule, before anything is judged.
enum RuleResult: Sendable {
  case rows(RowResult)
  case groups(GroupResult)
}

/// The rows that a rule demands something of.
struct RowResult: Sendable {
  /// How many rows meet every requirement.
  var met = 0
  /// The rows that do, where they are asked for.
  var metRows: [Int32] = []
  /// The other rows, in the order of reading.
  var exceptions: [Exception] = []

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

/// The figures of every subject and period of a rule.
struct GroupResult: Sendable {
  /// The subjects that owe in at least one period.
  let subjects: [Subject]
  /// The judged periods.
  let periods: [Period]
  /// The figures, subject by subject, within it period by period.
  let figures: [Figures]
  /// The rows behind the figures.
  let evidence: EvidenceRows
  /// The number of groups that `evidence` tells apart per subject: the periods, or 1 where every period is alike.
  let width: Int
  /// For each subject the codes of the parts of its key, as the places of open rows name them.
  let codes: [[Int32]]

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

/// The rows that decided a group, or left it open.
struct EvidenceRows: Sendable {
  /// How many rows are kept per group to be shown.
  let limit: Int
  private(set) var shown: [Entry] = []
  private(set) var uncertain: [Entry] = []
  private(set) var wild: [WildEntry] = []
  private var totals: [Int32: Int32] = [:]

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

  init(limit: Int) {
    self.limit = limit
  }

  /// Keeps a row that decided `group`, the first `limit` of them; all are counted.
  mutating func add(shown row: Int32, group: Int32) {
    let total = totals[group, default: 0]
    totals[group] = total + 1
    if Int(total) < limit { shown.append(Entry(group: group, row: row)) }
  }

  /// Keeps a row of which it isn't known how it counts in `group`.
  mutating func add(uncertain row: Int32, group: Int32) {
    uncertain.append(Entry(group: group, row: row))
  }

  /// Keeps a row of which it isn't known to which group it belongs.
  mutating func add(wild row: Int32, place: WildPlace) {
    wild.append(WildEntry(place: place, row: row))
  }

  /// The rows that decided each group, the first of them. O(rows kept).
  var shownByGroup: [Int32: [Int32]] { Dictionary(grouping: shown, by: \.group).mapValues { $0.map(\.row) } }

  /// The rows of which it isn't known how they count in each group. O(rows kept).
  var openByGroup: [Int32: [Int32]] { Dictionary(grouping: uncertain, by: \.group).mapValues { $0.map(\.row) } }

  /// How many rows decided `group`.
  func total(of group: Int32) -> Int { Int(totals[group] ?? 0) }
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
