/// The cells that would decide a finding, of which the first are listed.
struct MissingCells {
  private(set) var listed: [CellReference] = []
  private var added = 0
  /// The cells so far, where one may be told twice: a row may stand in two periods, on both sides, and in the roster.
  private var seen: Set<CellReference>?
  /// How many are listed.
  let limit: Int
  /// How many there are, where they were counted before.
  let known: Int?

  /// Creates a list of cells; `mayRepeat` says that one may be added more than once, which counts once.
  init(limit: Int, known: Int? = nil, mayRepeat: Bool = false) {
    self.limit = limit
    self.known = known
    seen = mayRepeat ? [] : nil
  }

  /// How many there are.
  var count: Int { known ?? added }

  /// Whether no more of them are listed.
  var isFull: Bool { listed.count >= limit }

  mutating func add(_ cell: CellReference) {
    if seen?.insert(cell).inserted == false { return }
    added += 1
    if !isFull { listed.append(cell) }
  }
}
