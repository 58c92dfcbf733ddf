/// Finds the rows of a table by their key.
struct KeyIndex: Sendable {
  /// The declared fields of the key, in its order.
  private let fields: [Int]
  private var first: [KeyValue: Int32] = [:]
  private var others: [KeyValue: [Int32]] = [:]

  /// Indexes a table by its dataset's key; a row whose key is null or not known in any part can't be found. O(rows).
  init(_ table: Table) {
    fields = table.dataset.key.compactMap { table.dataset.index(of: $0) }
    for batch in table.allBatches {
      let columns = fields.map { batch.column(ofField: $0) }
      for row in 0..<batch.count {
        guard let key = KeyValue(columns.map { $0[row] }) else { continue }
        let ordinal = Int32(batch.firstRow + row)
        if first[key] == nil { first[key] = ordinal } else { others[key, default: []].append(ordinal) }
      }
    }
  }

  /// Returns the rows with a key, in the order of reading: usually one. O(1).
  func rows(_ key: KeyValue) -> [Int32] {
    guard let row = first[key] else { return [] }
    return [row] + (others[key] ?? [])
  }

  /// Whether a row has this key. O(1).
  func contains(_ key: KeyValue) -> Bool { first[key] != nil }
}

/// Finds the rows of a table that refer to a row of another.
struct ReferenceIndex: Sendable {
  /// A row of which it isn't known to which row it refers.
  struct OpenRow: Sendable {
    let row: Int32
    /// The parts of the key that it refers to, as far as they are known.
    let parts: [Cell]
  }

  private var places: [KeyValue: Int32] = [:]
  private var offsets: [Int32] = []
  private var rows: [Int32] = []
  /// The rows of which a part of the reference isn't known.
  private(set) var open: [OpenRow] = []
  /// The rows that refer to a key that no row has.
  private(set) var dangling: [OpenRow] = []

  /// Indexes the rows of `table` by what the fields `holders` say; `keys` are those of the dataset referred to. A row with
  /// a null in its reference refers to none. O(rows).
  init(_ table: Table, holders: [Int], keys: KeyIndex?) {
    var owners: [Int32] = []
    owners.reserveCapacity(table.count)
    var counts: [Int32] = []
    for batch in table.allBatches {
      let columns = holders.map { batch.column(ofField: $0) }
      for row in 0..<batch.count {
        let parts = columns.map { $0[row] }
        guard let key = KeyValue(parts) else {
          if !parts.contains(.null) { open.append(OpenRow(row: Int32(batch.firstRow + row), parts: parts)) }
          owners.append(-1)
          continue
        }
        if let place = places[key] {
          counts[Int(place)] += 1
          owners.append(place)
        } else {
          places[key] = Int32(counts.count)
          owners.append(Int32(counts.count))
          counts.append(1)
        }
        if let keys, !keys.contains(key) { dangling.append(OpenRow(row: Int32(batch.firstRow + row), parts: parts)) }
      }
    }
    offsets = [0]
    for count in counts { offsets.append(offsets[offsets.count - 1] + count) }
    rows = Array(repeating: 0, count: Int(offsets[offsets.count - 1]))
    var next = offsets
    for (row, owner) in owners.enumerated() where owner >= 0 {
      rows[Int(next[Int(owner)])] = Int32(row)
      next[Int(owner)] += 1
    }
  }

  /// Returns the rows that refer to a key, in the order of reading. O(1).
  func rows(_ key: KeyValue) -> ArraySlice<Int32> {
    guard let place = places[key] else { return [] }
    return rows[Int(offsets[Int(place)])..<Int(offsets[Int(place) + 1])]
  }
}
