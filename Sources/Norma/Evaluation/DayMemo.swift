internal import CEL

/// Remembers what conditions on one date field say of each day, so that each is worked out once for all rows.
final class DayMemo: Sendable {
  private let tables = SharedState<[Key: DayTable]>([:])

  /// What a truth hangs on beside the day.
  private struct Key: Hashable {
    /// The condition, and not its number: a macro over a list has the same node with each of the list's values in it.
    let node: Expression
    /// Whether rows of other datasets are passed over that may be there.
    let hidesPossibleRows: Bool
    let period: String?
    let missingColumns: Set<String>
  }

  /// Returns the truth of a condition for every row of a column of days; `truth` works it out for a day, null or unknown.
  /// O(rows) and one evaluation for each day that was not seen before.
  func truths(
    of days: [Int32], _ column: Column, _ node: Expression, _ constants: Constants, _ truth: (Cell) -> Truth
  ) -> TruthColumn {
    let key = Key(
      node: node, hidesPossibleRows: constants.relations.hidesPossibleRows, period: constants.period?.key,
      missingColumns: constants.missingColumns)
    var found = [UInt8](repeating: 0, count: days.count)
    // Of most rows the day is known: jobs look it up at the same time.
    let isComplete = tables.read { $0[key]?.look(up: days, into: &found) ?? false }
    if !isComplete {
      tables.change { tables in
        var table = tables.removeValue(forKey: key) ?? DayTable()
        for (row, day) in days.enumerated() where day != CivilDate.noDay && found[row] == 0 {
          found[row] = table.code(of: day) { DayTable.code(truth(.date(CivilDate(dayNumber: day)))) }
        }
        tables[key] = table
      }
    }
    for (rows, cell) in [(~column.validity, Cell.null), (~column.known, .unknown)] where !rows.isEmpty {
      let code = DayTable.code(truth(cell))
      for row in rows.setBits { found[row] = code }
    }
    return found.withUnsafeBufferPointer { found in
      TruthColumn(
        Bitmap(count: days.count) { found[$0] == DayTable.yes }, known: Bitmap(count: days.count) { found[$0] < 3 })
    }
  }
}

/// A truth for each day of a stretch that grows with the days that are asked for.
private struct DayTable {
  static let yes: UInt8 = 1
  private var first: Int32 = 0
  /// 0 where a day was not asked for.
  private var codes: [UInt8] = []

  /// By how many days the stretch grows at once, and how many it may have: days far off are not remembered.
  private static let step: Int32 = 512
  private static let limit: Int32 = 100_000

  static func code(_ truth: Truth) -> UInt8 {
    switch truth {
    case .yes: yes
    case .no: 2
    case .unknown: 3
    }
  }

  /// Puts the codes of the days that are known into `found`, and tells whether all are that are days.
  func look(up days: [Int32], into found: inout [UInt8]) -> Bool {
    var isComplete = true
    codes.withUnsafeBufferPointer { codes in
      for row in 0..<days.count {
        let place = Int(days[row]) - Int(first)
        let code = place >= 0 && place < codes.count ? codes[place] : 0
        found[row] = code
        isComplete = isComplete && (code != 0 || days[row] == CivilDate.noDay)
      }
    }
    return isComplete
  }

  /// Returns the code of a day, worked out where that was not done yet.
  @inline(__always)
  mutating func code(of day: Int32, _ work: () -> UInt8) -> UInt8 {
    let place = Int(day) - Int(first)
    if place >= 0, place < codes.count, codes[place] != 0 { return codes[place] }
    let code = work()
    remember(code, of: day)
    return code
  }

  private mutating func remember(_ code: UInt8, of day: Int32) {
    guard abs(Int(day)) < Int(Self.limit) else { return }
    if codes.isEmpty { first = day }
    if day < first {
      let count = Int(first - day + Self.step)
      codes.insert(contentsOf: repeatElement(0, count: count), at: 0)
      first -= Int32(count)
    }
    let place = Int(day - first)
    if place >= codes.count { codes += repeatElement(0, count: place + Int(Self.step) - codes.count) }
    codes[place] = code
  }
}
