/// The numbers of rows in their file.
///
/// Nearly everywhere no row is left out: then all that is kept is the first number, however many rows there are.
public struct RowNumbers: RandomAccessCollection, Hashable, Sendable {
  private let first: Int32
  /// How many there are.
  public let count: Int
  /// The numbers where they don't follow one another.
  private let listed: [Int32]?

  /// Keeps numbers. O(count).
  public init(_ numbers: [Int32]) {
    let first = numbers.first ?? 0
    var differences: Int32 = 0
    for row in numbers.indices { differences |= numbers[row] &- first &- Int32(truncatingIfNeeded: row) }
    self.first = first
    count = numbers.count
    listed = differences == 0 ? nil : numbers
  }

  /// The place of the first row.
  public var startIndex: Int { 0 }
  /// The place behind the last row.
  public var endIndex: Int { count }

  /// The number of the row at a place.
  public subscript(row: Int) -> Int32 {
    precondition(row >= 0 && row < count, "no row \(row) among \(count)")
    return listed?[row] ?? first + Int32(row)
  }
}
