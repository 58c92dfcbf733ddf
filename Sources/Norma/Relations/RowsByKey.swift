/// Finds the rows of a table by the values of some fields.
///
/// The rows of a key stand one after another in one array. A key that is one text is found by its code, any other by a hash
/// table. The index is made when it is first asked for: much can be told of a table without it.
final class RowsByKey: Sendable {
  let table: Table
  /// The declared fields of the key, in its order.
  let fields: [Int]
  private let index = SharedState<Index?>(nil)

  init(_ table: Table, fields: [Int]) {
    self.table = table
    self.fields = fields
  }

  /// Returns the rows with a key, in the order of reading. O(1), after O(rows) for the first.
  func rows(_ key: KeyValue) -> ArraySlice<Int32> {
    if let rows = index.read({ $0?.rows(key) }) { return rows }
    return index.change { index in
      let made = index ?? Index(table, fields: fields)
      index = made
      return made.rows(key)
    }
  }

  /// Whether a row has this key. O(1), after O(rows) for the first.
  func contains(_ key: KeyValue) -> Bool { !rows(key).isEmpty }

  /// The dictionary whose codes are the keys, where a key is one text.
  var dictionary: TextDictionary? {
    guard fields.count == 1, let batch = table.allBatches.first,
      case .text(_, let dictionary) = batch.column(ofField: fields[0]).values,
      table.allBatches.allSatisfy({ $0.texts(ofField: fields[0])?.dictionary === dictionary })
    else { return nil }
    return dictionary
  }

  /// The codes that rows have as their key; nil where keys have none. O(rows).
  var codes: Bitmap? {
    guard let dictionary else { return nil }
    var words = [UInt64](repeating: 0, count: (dictionary.count + 63) / 64)
    for batch in table.allBatches {
      guard let (codes, column) = batch.texts(ofField: fields[0]).map({ ($0.codes, $0.column) }) else { return nil }
      let present = column.validity & column.known
      if present.isFull {
        for code in codes { words[Int(code >> 6)] |= 1 << UInt64(code & 63) }
      } else {
        for row in present.setBits { words[Int(codes[row] >> 6)] |= 1 << UInt64(codes[row] & 63) }
      }
    }
    return Bitmap(words: words, count: words.count * 64)
  }

  /// The rows of every key, one after another.
  private struct Index {
    private let dictionary: TextDictionary?
    private var places: [KeyValue: Int32] = [:]
    private var offsets: [Int32] = [0]
    private var rows: [Int32] = []

    init(_ table: Table, fields: [Int]) {
      dictionary = RowsByKey(table, fields: fields).dictionary
      var owners: [Int32] = []
      owners.reserveCapacity(table.count)
      var counts = [Int32](repeating: 0, count: dictionary?.count ?? 0)
      for batch in table.allBatches {
        let columns = fields.map { batch.column(ofField: $0) }
        if dictionary != nil, case .text(let codes, _) = columns[0].values {
          let present = columns[0].validity & columns[0].known
          for row in 0..<batch.count { owners.append(present[row] ? Int32(codes[row]) : -1) }
        } else {
          for row in 0..<batch.count { owners.append(owner(KeyValue(columns.map { $0[row] }))) }
        }
      }
      if dictionary == nil { counts = Array(repeating: 0, count: places.count) }
      for owner in owners where owner >= 0 { counts[Int(owner)] += 1 }
      offsets.reserveCapacity(counts.count + 1)
      for count in counts { offsets.append(offsets[offsets.count - 1] + count) }
      rows = Array(repeating: 0, count: Int(offsets[offsets.count - 1]))
      var next = offsets
      for (row, owner) in owners.enumerated() where owner >= 0 {
        rows[Int(next[Int(owner)])] = Int32(row)
        next[Int(owner)] += 1
      }
    }

    private mutating func owner(_ key: KeyValue?) -> Int32 {
      guard let key else { return -1 }
      if let place = places[key] { return place }
      let place = Int32(places.count)
      places[key] = place
      return place
    }

    func rows(_ key: KeyValue) -> ArraySlice<Int32> {
      var place = places[key].map { Int($0) }
      if let dictionary, case .one(.text(let text)) = key { place = dictionary.code(of: text).map { Int($0) } }
      guard let place, place + 1 < offsets.count else { return [] }
      return rows[Int(offsets[place])..<Int(offsets[place + 1])]
    }
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

  /// Indexes the rows of `table` by what the fields `holders` say; `keys` are those of the dataset referred to. A row with
  /// a null in its reference refers to none. O(rows).
  init(_ table: Table, holders: [Int], keys: RowsByKey?) {
    byKey = RowsByKey(table, fields: holders)
    let dictionary = byKey.dictionary
    let known = keys.flatMap { keys in keys.dictionary === dictionary ? keys.codes : nil }
    for batch in table.allBatches {
      let columns = holders.map { batch.column(ofField: $0) }
      if let known, case .text(let codes, _) = columns[0].values {
        let present = columns[0].validity & columns[0].known
        // Most columns have neither, which is seen at a glance.
        for row in (~columns[0].known).setBits { open.append(Self.row(row, of: batch, columns)) }
        for row in present.setBits where Int(codes[row]) >= known.count || !known[Int(codes[row])] {
          dangling.append(Self.row(row, of: batch, columns))
        }
        continue
      }
      for row in 0..<batch.count {
        let parts = columns.map { $0[row] }
        guard let key = KeyValue(parts) else {
          if !parts.contains(.null) { open.append(Self.row(row, of: batch, columns)) }
          continue
        }
        if let keys, !keys.contains(key) { dangling.append(Self.row(row, of: batch, columns)) }
      }
    }
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
