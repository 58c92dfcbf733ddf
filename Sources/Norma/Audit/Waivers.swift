/// Applies waivers to the findings of an audit, and remembers which of them covered something.
struct WaiverTable {
  private let waivers: [Waiver]
  private let patterns: [WildcardPattern]
  private let asOf: CivilDate
  private var used: Set<Int> = []

  init(_ waivers: [Waiver], asOf: CivilDate) {
    self.waivers = waivers
    self.asOf = asOf
    patterns = waivers.map { WildcardPattern($0.rule.value) }
  }

  /// Whether a waiver in force may cover obligations of a rule. O(waivers).
  func mayCover(rule: String) -> Bool {
    waivers.indices.contains { asOf <= waivers[$0].until && patterns[$0].matches(rule) }
  }

  /// Returns the first waiver in force that covers an obligation, nil where none does. O(waivers).
  mutating func waiver(rule: String, subject: Subject, period: Period) -> Waiver? {
    var found: Waiver?
    for (place, waiver) in waivers.enumerated() where asOf <= waiver.until && patterns[place].matches(rule) {
      guard covers(waiver, subject), covers(waiver, period) else { continue }
      used.insert(place)
      found = found ?? waiver
    }
    return found
  }

  /// Remembers what a copy of the table has covered.
  mutating func addUse(of other: WaiverTable) { used.formUnion(other.used) }

  private func covers(_ waiver: Waiver, _ subject: Subject) -> Bool {
    waiver.subject.allSatisfy { name, value in
      subject.parts.contains { $0.name == name && $0.value.description == value }
    }
  }

  private func covers(_ waiver: Waiver, _ period: Period) -> Bool {
    guard let span = waiver.periods else { return true }
    guard let first = span.first, let last = span.last else { return period.unit == .once }
    return period.unit != .once && first <= period.first && period.last <= last
  }

  /// What is worth saying about the waivers themselves.
  var notes: [Note] {
    waivers.enumerated().flatMap { place, waiver -> [Note] in
      if waiver.until < asOf {
        return [.waiverExpired(rule: waiver.rule.value, until: waiver.until, reason: waiver.reason)]
      }
      var notes: [Note] = []
      if !used.contains(place) { notes.append(.waiverUnused(rule: waiver.rule.value, reason: waiver.reason)) }
      if waiver.until.dayNumber - asOf.dayNumber <= 14 {
        notes.append(.waiverEnding(rule: waiver.rule.value, until: waiver.until, reason: waiver.reason))
      }
      return notes
    }
  }
}
