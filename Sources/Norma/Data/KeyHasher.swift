/// Works out hashes of rows' keys: equal for keys that are written alike, where null and unknown are written as nothing.
enum KeyHasher {
  /// Returns a hash for each row of `batch`; that of a dataset without a key is the row's number. O(rows × parts).
  static func hashes(of batch: Batch, keyFields: [Int]) -> [UInt64] {
    if keyFields.isEmpty { return batch.rowNumbers.map { ByteHash.mix(seed, UInt64(UInt32(bitPattern: $0))) } }
    var hashes = [UInt64](repeating: seed, count: batch.count)
    hashes.withUnsafeMutableBufferPointer { hashes in
      for field in keyFields { fold(batch.column(ofField: field), into: hashes) }
    }
    return hashes
  }

  private static let seed: UInt64 = 0x5851_F42D_4C95_7F2D
  /// What stands for nothing.
  private static let nothing: UInt64 = 0xA076_1D64_78BD_642F

  private static func fold(_ column: Column, into hashes: UnsafeMutableBufferPointer<UInt64>) {
    let isFull = column.nullCount == 0 && column.unknownCount == 0
    let present = column.validity & column.known
    func each(_ word: (Int) -> UInt64) {
      if isFull {
        for row in hashes.indices { hashes[row] = ByteHash.mix(hashes[row], word(row)) }
      } else {
        for row in hashes.indices { hashes[row] = ByteHash.mix(hashes[row], present[row] ? word(row) : nothing) }
      }
    }
    func words(_ number: Int128) -> UInt64 {
      ByteHash.mix(UInt64(truncatingIfNeeded: number), UInt64(truncatingIfNeeded: number >> 64))
    }
    switch column.values {
    case .integers(let values): each { UInt64(bitPattern: values[$0]) }
    case .decimals(let values): each { ByteHash.mix(words(values[$0].numerator), words(values[$0].denominator)) }
    case .booleans(let values): each { values[$0] ? 1 : 2 }
    case .text(let codes, _): each { UInt64(codes[$0]) }
    case .slices(let ranges, let bytes):
      bytes.withUnsafeBufferPointer { bytes in
        each { row in
          bytes.baseAddress.map { ByteHash.hash($0 + Int(ranges[row].start), count: ranges[row].count) } ?? 0
        }
      }
    case .dates(let days): each { UInt64(UInt32(bitPattern: days[$0])) }
    case .partialDates(let lower, let upper):
      each { UInt64(UInt32(bitPattern: lower[$0])) << 32 | UInt64(UInt32(bitPattern: upper[$0])) }
    case .timestamps(let values): each { UInt64(bitPattern: values[$0]) }
    }
  }
}

/// Tells which rows have the same key, once all were read.
struct RowIdentities: Sendable {
  /// For each row whose key is written as that of rows before it, which of them it is: 2 for the second.
  private(set) var occurrences: [Int32: Int32] = [:]
  /// The rows whose key is certain and was seen before; a key that is null in every part is none.
  private(set) var duplicates: [Int32] = []

  init() {}

  /// Compares the rows whose hashes are equal by their keys; `cells` returns the parts of the keys.
  init(groups: [[Int32]], cells: [Int32: [Cell]]) {
    for rows in groups {
      var seen: [[Cell]: (all: Int32, certain: Int32)] = [:]
      for row in rows.sorted() {
        guard let parts = cells[row] else { continue }
        let written = parts.map { $0 == .unknown ? .null : $0.normalized }
        var counts = seen[written] ?? (0, 0)
        counts.all += 1
        if counts.all > 1 { occurrences[row] = counts.all }
        if !parts.contains(where: \.isOpen), !parts.allSatisfy({ $0 == .null }) {
          if counts.certain > 0 { duplicates.append(row) }
          counts.certain += 1
        }
        seen[written] = counts
      }
    }
    duplicates.sort()
  }

  /// Counts rows that have no identity but their number, those of equal hashes being equal.
  init(numbered groups: [[Int32]]) {
    for rows in groups {
      for (place, row) in rows.enumerated() where place > 0 { occurrences[row] = Int32(place + 1) }
    }
  }
}
