/// The cells that would decide a finding, of which the first are listed.
struct MissingCells {
  private(set) var listed: [CellReference] = []
  private var added = 0
  /// How many are listed.
  let limit: Int
  /// How many there are, where they were counted before.
  let known: Int?

  init(limit: Int, known: Int? = nil) {
    self.limit = limit
    self.known = known
  }

  /// How many there are.
  var count: Int { known ?? added }

  /// Whether no more of them are listed.
  var isFull: Bool { listed.count >= limit }

  mutating func add(_ cell: CellReference) {
    added += 1
    if !isFull { listed.append(cell) }
  }
}
