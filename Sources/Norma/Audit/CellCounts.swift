/// How many undetermined obligations hang on each cell.
struct CellCounts {
  private var places: [FileColumn: Int] = [:]
  private var columns: [FileColumn] = []
  /// For each column the rows of the file, once for each obligation.
  private var rows: [[Int32]] = []
  /// Cells on which many obligations hang together, with how many do.
  private var shared: [ObjectIdentifier: (cells: CellTracer.SharedCells, count: Int)] = [:]

  /// Counts an obligation that hangs on a cell.
  mutating func add(_ cell: CellReference) {
    rows[place(of: cell.column)].append(Int32(clamping: cell.row))
  }

  /// Counts an obligation that hangs on cells.
  mutating func add(_ cells: CellTracer.Cells) {
    for cell in cells.own { add(cell) }
    if let shared = cells.shared { self.shared[ObjectIdentifier(shared), default: (shared, 0)].count += 1 }
  }

  /// Counts obligations that hang on cells of rows; `column` tells the column of a field of a file, both by their places.
  mutating func add(_ hanging: HangingRows, _ column: (_ file: Int, _ field: Int) -> FileColumn) {
    for (file, fields) in hanging.files.enumerated() {
      for (field, found) in fields.enumerated() where !found.isEmpty {
        let place = place(of: column(file, field))
        if rows[place].isEmpty { rows[place] = found } else { rows[place] += found }
      }
    }
  }

  private mutating func place(of column: FileColumn) -> Int {
    if let place = places[column] { return place }
    places[column] = columns.count
    columns.append(column)
    rows.append([])
    return columns.count - 1
  }

  /// Returns the first `limit` cells, those on which most obligations hang, then by file, row and field. O(n log n) for n
  /// obligations, or less where their rows ascend.
  func first(_ limit: Int) -> [CellToSupply] {
    if shared.isEmpty { return first(limit, [:]) }
    var counts = self
    var together: [Int: [Int32: Int]] = [:]
    for (shared, count) in shared.values {
      for cell in shared.cells {
        together[counts.place(of: cell.column), default: [:]][Int32(clamping: cell.row), default: 0] += count
      }
    }
    return counts.first(limit, together)
  }

  /// The same, where obligations hang on cells together: `together` has how many, by column and row.
  private func first(_ limit: Int, _ together: [Int: [Int32: Int]]) -> [CellToSupply] {
    // Columns are put in order once, so that cells are compared by numbers alone.
    let order = columns.indices.sorted {
      let (left, right) = (columns[$0], columns[$1])
      return (left.dataset, left.file, left.field) < (right.dataset, right.file, right.field)
    }
    var files: [Int] = []
    for (rank, place) in order.enumerated() {
      let isSame = rank > 0 && columns[order[rank - 1]].isOfSameFile(as: columns[place])
      files.append(rank == 0 ? 0 : files[rank - 1] + (isSame ? 0 : 1))
    }
    let sorted = SideBySide.map(order.count) { rows[order[$0]].sorted() }
    var best = Smallest<Entry>(limit)
    for (rank, rows) in sorted.enumerated() {
      var others = together[order[rank]] ?? [:]
      var start = 0
      while start < rows.count {
        var end = start + 1
        while end < rows.count, rows[end] == rows[start] { end += 1 }
        let count = end - start + (others.removeValue(forKey: rows[start]) ?? 0)
        best.add(Entry(order: (-count, files[rank], Int(rows[start]), rank)))
        start = end
      }
      for (row, count) in others { best.add(Entry(order: (-count, files[rank], Int(row), rank))) }
    }
    return best.sorted.map { entry in
      let (count, _, row, rank) = entry.order
      return CellToSupply(cell: CellReference(column: columns[order[rank]], row: row), obligations: -count)
    }
  }

  private struct Entry: Comparable {
    let order: (Int, Int, Int, Int)

    static func == (left: Self, right: Self) -> Bool { left.order == right.order }
    static func < (left: Self, right: Self) -> Bool { left.order < right.order }
  }
}

/// The smallest of many elements.
private struct Smallest<Element: Comparable> {
  private let limit: Int
  private var elements: [Element] = []
  /// The greatest of those that are kept once there are enough.
  private var bar: Element?

  init(_ limit: Int) {
    self.limit = limit
  }

  /// Takes in an element. O(1), and now and then O(limit log limit).
  mutating func add(_ element: Element) {
    if let bar, element >= bar { return }
    elements.append(element)
    if elements.count / 2 >= max(limit, 1) { cut() }
  }

  private mutating func cut() {
    elements.sort()
    elements.removeLast(elements.count - limit)
    bar = elements.last
  }

  /// Those that were kept, the smallest first.
  var sorted: [Element] { Array(elements.sorted().prefix(limit)) }
}
