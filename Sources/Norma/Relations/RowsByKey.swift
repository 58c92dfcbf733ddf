/// Finds the rows of a table by the values of some fields.
///
/// The index is made when it is first asked for: much can be told of a table without it.
final class RowsByKey: Sendable {
  let table: Table
  /// The declared fields of the key, in its order.
  let fields: [Int]
  /// The dictionary whose codes are the numbers of keys, where a key is one text.
  let dictionary: TextDictionary?
  private let index = SharedState<Index?>(nil)

  /// Prepares an index. O(batches).
  init(_ table: Table, fields: [Int]) {
    self.table = table
    self.fields = fields
    dictionary = fields.count == 1 ? table.dictionary(ofField: fields[0]) : nil
  }

  /// Returns the rows with a key, in the order of reading. O(1), after O(rows) for the first.
  func rows(_ key: KeyValue) -> ArraySlice<Int32> { indexed { $0.rows(key) } }

  /// Whether a row has this key. O(1), after O(rows) for the first.
  func contains(_ key: KeyValue) -> Bool { !rows(key).isEmpty }

  /// How many numbers keys have. O(1), after O(rows) for the first where keys are no texts.
  var keyCount: Int { dictionary?.count ?? indexed { $0.keys.count } }

  /// Returns for each row of columns like those of the key the number of its key, ``KeyNumbers/none`` or a number that no row
  /// has where no row here has that key; of rows whose key is null or not known it says nothing. O(rows), and as much as the
  /// rows here for the first where keys are no texts.
  func numbers(of columns: [Column]) -> [UInt32] {
    if let dictionary, columns.count == 1, case .text(let codes, let other) = columns[0].values, other === dictionary {
      return codes
    }
    return indexed { $0.keys.numbers(of: columns) }
  }

  /// The rows of every key, by its number. O(1), after O(rows) for the first.
  var rowsByNumber: RowsByNumber { indexed { $0.rows } }

  private func indexed<Result>(_ body: (Index) -> Result) -> Result {
    if let result = index.read({ $0.map(body) }) { return result }
    return index.change { index in
      let made = index ?? Index(table, fields: fields)
      index = made
      return body(made)
    }
  }

  /// The numbers of keys that rows have. O(rows).
  var numbersThere: Bitmap {
    guard dictionary != nil else { return Bitmap(repeating: true, count: keyCount) }
    var words = [UInt64](repeating: 0, count: (keyCount + 63) / 64)
    for batch in table.allBatches {
      let column = batch.column(ofField: fields[0])
      let numbers = numbers(of: [column])
      let present = column.validity & column.known
      if present.isFull {
        for number in numbers { words[Int(number >> 6)] |= 1 << UInt64(number & 63) }
      } else {
        for row in present.setBits { words[Int(numbers[row] >> 6)] |= 1 << UInt64(numbers[row] & 63) }
      }
    }
    return Bitmap(words: words, count: words.count * 64)
  }

  private struct Index {
    let keys: KeyNumbers
    let rows: RowsByNumber

    init(_ table: Table, fields: [Int]) {
      var keys = KeyNumbers(
        fields.map { table.dataset.fields[$0] }, fields.map { table.dictionary(ofField: $0) })
      var numbers: [UInt32] = []
      numbers.reserveCapacity(table.count)
      for batch in table.allBatches { numbers += keys.insert(fields.map { batch.column(ofField: $0) }) }
      rows = RowsByNumber(numbers, count: keys.count)
      self.keys = keys
    }

    func rows(_ key: KeyValue) -> ArraySlice<Int32> { keys.number(of: key).map { rows[$0] } ?? [] }
  }
}

/// Finds the rows of a table that refer to a row of another.
struct ReferenceIndex: Sendable {
  /// A row of which it isn't known to which row it refers.
  struct OpenRow: Sendable {
    let row: Int32
    /// The parts of the key that it refers to, as far as they are known.
    let parts: [Cell]
  }

  /// The rows by the key that they refer to.
  let byKey: RowsByKey
  /// The rows of which a part of the reference isn't known.
  private(set) var open: [OpenRow] = []
  /// The rows that refer to a key that no row has.
  private(set) var dangling: [OpenRow] = []
  /// The open rows where each of them may refer to any row; nil where parts of what they refer to are known.
  private(set) var openToAll: [Int32]?

  /// Indexes the rows of `table` by what the fields `holders` say; `keys` are those of the dataset referred to. A row with
  /// a null in its reference refers to none. O(rows).
  init(_ table: Table, holders: [Int], keys: RowsByKey?) {
    byKey = RowsByKey(table, fields: holders)
    let keysThere = keys?.numbersThere
    for batch in table.allBatches {
      let columns = holders.map { batch.column(ofField: $0) }
      let isNull = columns.reduce(Bitmap(repeating: false, count: batch.count)) { $0 | ~$1.validity }
      var isOpen = columns.reduce(Bitmap(repeating: false, count: batch.count)) { $0 | $1.openRows }
      isOpen.subtract(isNull)
      // Most columns have neither, which is seen at a glance.
      for row in isOpen.setBits { open.append(Self.row(row, of: batch, columns)) }
      guard let keys, let keysThere else { continue }
      let numbers = keys.numbers(of: columns)
      for row in (~(isNull | isOpen)).setBits {
        let number = Int(numbers[row])
        if number >= keysThere.count || !keysThere[number] { dangling.append(Self.row(row, of: batch, columns)) }
      }
    }
    if open.allSatisfy({ $0.parts == [.unknown] }) { openToAll = open.map(\.row) }
  }

  private static func row(_ row: Int, of batch: Batch, _ columns: [Column]) -> OpenRow {
    OpenRow(row: Int32(batch.firstRow + row), parts: columns.map { $0[row] })
  }
}

extension Batch {
  /// The texts of a declared field as codes; nil for a field that holds none.
  func texts(ofField field: Int) -> (codes: [UInt32], dictionary: TextDictionary, column: Column)? {
    let column = column(ofField: field)
    guard case .text(let codes, let dictionary) = column.values else { return nil }
    return (codes, dictionary, column)
  }
}
