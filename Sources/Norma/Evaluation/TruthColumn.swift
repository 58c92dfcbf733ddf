/// The truth of a condition for the rows of a batch: two bitmaps, so that 64 rows are combined at a time.
struct TruthColumn {
  /// The rows for which the condition is true.
  private(set) var isTrue: Bitmap
  /// The rows for which it is false.
  private(set) var isFalse: Bitmap

  init(repeating value: Bool, count: Int) {
    isTrue = Bitmap(repeating: value, count: count)
    isFalse = Bitmap(repeating: !value, count: count)
  }

  /// Creates a column of rows that are true, and rows of which the truth is known.
  init(_ value: Bitmap, known: Bitmap) {
    isTrue = value & known
    isFalse = ~value & known
  }

  init(_ truths: [Truth]) {
    isTrue = Bitmap(truths.map { $0 == .yes })
    isFalse = Bitmap(truths.map { $0 == .no })
  }

  /// Creates what is true in all columns, of which there is one at least; false in one is false, and all else unknown.
  init(conjunctionOf columns: [TruthColumn]) {
    guard columns.count > 1 else {
      self = columns[0]
      return
    }
    self.init(conjunctionOf: columns[0], columns[1])
    for column in columns.dropFirst(2) { formConjunction(column) }
  }

  /// Creates what is true in one column of several; false in all is false, and all else unknown.
  init(disjunctionOf columns: [TruthColumn]) {
    guard columns.count > 1 else {
      self = columns[0]
      return
    }
    self.init(disjunctionOf: columns[0], columns[1])
    for column in columns.dropFirst(2) { formDisjunction(column) }
  }

  /// The same of two columns.
  init(conjunctionOf first: TruthColumn, _ second: TruthColumn) {
    isTrue = Bitmap(intersectionOf: first.isTrue, second.isTrue)
    isFalse = Bitmap(unionOf: first.isFalse, second.isFalse)
  }

  /// The same of two columns.
  init(disjunctionOf first: TruthColumn, _ second: TruthColumn) {
    isTrue = Bitmap(unionOf: first.isTrue, second.isTrue)
    isFalse = Bitmap(intersectionOf: first.isFalse, second.isFalse)
  }

  /// The rows for which the condition is true or unknown.
  var notFalse: Bitmap { ~isFalse }

  /// Those of some rows for which it is unknown.
  func unknown(among rows: Bitmap) -> Bitmap {
    var rows = rows
    rows.subtract(isTrue)
    rows.subtract(isFalse)
    return rows
  }

  @inline(__always)
  func isTrue(_ row: Int) -> Bool { isTrue[row] }

  func truth(_ row: Int) -> Truth { isTrue[row] ? .yes : isFalse[row] ? .no : .unknown }

  /// Keeps what is true in both; false in either is false, and all else unknown.
  mutating func formConjunction(_ other: TruthColumn) {
    isTrue.formIntersection(other.isTrue)
    isFalse.formUnion(other.isFalse)
  }

  /// Keeps what is true in either; false in both is false, and all else unknown.
  mutating func formDisjunction(_ other: TruthColumn) {
    isTrue.formUnion(other.isTrue)
    isFalse.formIntersection(other.isFalse)
  }

  /// Makes rows unknown.
  mutating func forget(_ rows: Bitmap) {
    isTrue.subtract(rows)
    isFalse.subtract(rows)
  }

  /// Turns true and false over.
  mutating func invert() {
    swap(&isTrue, &isFalse)
  }
}
