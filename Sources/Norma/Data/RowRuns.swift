/// Elements that stand for rows, in runs of which each comes from one batch.
///
/// The batches of several jobs interleave: their runs are put in order, and no element is moved for that.
struct RowRuns<Element: Sendable>: Sendable {
  /// The runs by the places of their rows; none is empty.
  private(set) var runs: [Run] = []
  /// How many elements there are.
  private(set) var count = 0

  struct Run: Sendable {
    /// The place of the batch's first row in the dataset, from 0.
    let firstRow: Int
    /// The place of its file among the dataset's files.
    let file: Int
    let elements: [Element]
  }

  /// Creates an empty list.
  init() {}

  /// Creates a list of elements that are in order, and of which nobody asks for the batch.
  init(_ elements: [Element]) {
    append(elements, firstRow: 0, file: 0)
  }

  /// Takes in what was found in a batch that comes behind all others, in the order of its rows.
  mutating func append(_ elements: [Element], of batch: Batch) {
    append(elements, firstRow: batch.firstRow, file: batch.file)
  }

  /// The same for a batch that begins with the row `firstRow` of the dataset, and is of the dataset's file at the place `file`.
  mutating func append(_ elements: [Element], firstRow: Int, file: Int) {
    if elements.isEmpty { return }
    runs.append(Run(firstRow: firstRow, file: file, elements: elements))
    count += elements.count
  }

  /// Takes in what was found in other batches. O(runs).
  mutating func formUnion(_ other: Self) {
    count += other.count
    if runs.isEmpty || other.runs.isEmpty {
      runs += other.runs
      return
    }
    let mine = runs
    var next = 0
    runs = []
    runs.reserveCapacity(mine.count + other.runs.count)
    for run in other.runs {
      while next < mine.count, mine[next].firstRow < run.firstRow {
        runs.append(mine[next])
        next += 1
      }
      runs.append(run)
    }
    runs += mine[next...]
  }

  /// The elements in the order of the rows.
  var elements: some Sequence<Element> { runs.lazy.flatMap(\.elements) }

  /// Returns the run of the batch that a row belongs to; nil where nothing was found there. O(log runs).
  func run(of row: Int) -> Run? {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].firstRow <= row { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : runs[low - 1]
  }
}
