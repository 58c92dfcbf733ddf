/// The hashes of the keys of rows, kept until all rows were read, to find those that have the same key.
///
/// They stand in parts by their highest bits, so that each part can be looked through within a processor's cache.
/// Memory: 12 bytes a row.
struct KeyHashes: Sendable {
  /// None before there is a row.
  private var parts: [Part] = []

  private static let partBits = 6

  /// Adds the hashes of rows, the first of which is `firstRow`. O(rows).
  mutating func add(_ hashes: [UInt64], firstRow: Int) {
    if hashes.isEmpty { return }
    if parts.isEmpty { parts = Array(repeating: Part(), count: 1 << Self.partBits) }
    let shift = UInt64(64 - Self.partBits)
    let first = Int32(clamping: firstRow)
    // Those of a part are put beside each other first, so that they are appended at once.
    var ends = [Int](repeating: 0, count: parts.count)
    for hash in hashes { ends[Int(hash >> shift)] += 1 }
    for part in 1..<parts.count { ends[part] += ends[part - 1] }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: hashes.count) { sorted in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: hashes.count) { rows in
        for row in hashes.indices.reversed() {
          let part = Int(hashes[row] >> shift)
          ends[part] -= 1
          sorted[ends[part]] = hashes[row]
          rows[ends[part]] = first &+ Int32(truncatingIfNeeded: row)
        }
        // What was the end of a part is its beginning now.
        for part in parts.indices {
          let range = ends[part]..<(part + 1 < parts.count ? ends[part + 1] : hashes.count)
          if !range.isEmpty { parts[part].append(sorted[range], rows[range]) }
        }
      }
    }
  }

  /// Takes in the rows that another worker has read. O(1) per part.
  mutating func add(_ other: consuming KeyHashes) {
    if other.parts.isEmpty { return }
    if parts.isEmpty {
      parts = other.parts
      return
    }
    for index in parts.indices { parts[index].segments += other.parts[index].segments + [other.parts[index].last] }
  }

  /// Returns the rows whose hash another row has too, those of one hash together and ascending. O(rows).
  func groups(jobs: Int) -> [[Int32]] {
    var found = [[[Int32]]](repeating: [], count: parts.count)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      SideBySide.perform(jobs: jobs, count: parts.count) { index in found[index] = parts[index].groups() }
    }
    return found.flatMap { $0 }
  }

  /// The hashes with one beginning.
  private struct Part: Sendable {
    /// Full segments: a list that is never copied to grow.
    var segments: [Segment] = []
    var last = Segment()

    struct Segment: Sendable {
      var hashes: [UInt64] = []
      var rows: [Int32] = []
    }

    private static let segmentSize = 1024

    mutating func append(
      _ hashes: Slice<UnsafeMutableBufferPointer<UInt64>>, _ rows: Slice<UnsafeMutableBufferPointer<Int32>>
    ) {
      if last.hashes.count + hashes.count > Self.segmentSize, !last.hashes.isEmpty {
        segments.append(last)
        last = Segment()
      }
      // Most datasets are small, and take no more room than they need.
      if last.hashes.isEmpty, !segments.isEmpty {
        last.hashes.reserveCapacity(Self.segmentSize)
        last.rows.reserveCapacity(Self.segmentSize)
      }
      last.hashes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: hashes))
      last.rows.append(contentsOf: UnsafeMutableBufferPointer(rebasing: rows))
    }

    func groups() -> [[Int32]] {
      let count = segments.reduce(last.hashes.count) { $0 + $1.hashes.count }
      if count < 2 { return [] }
      let segments = segments + [last]
      var size = 8
      while size < count * 2 { size *= 2 }
      // A hash of zero is a free place; a row with that hash is looked for by itself.
      var table = [UInt64](repeating: 0, count: size)
      var repeated: [UInt64: [Int32]] = [:]
      var zeros: [Int32] = []
      table.withUnsafeMutableBufferPointer { table in
        for segment in segments {
          for (place, hash) in segment.hashes.enumerated() {
            if hash == 0 {
              zeros.append(segment.rows[place])
              continue
            }
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while table[slot] != 0, table[slot] != hash { slot = (slot + 1) & (size - 1) }
            if table[slot] == hash { repeated[hash] = [] } else { table[slot] = hash }
          }
        }
      }
      if !repeated.isEmpty {
        for segment in segments {
          for (place, hash) in segment.hashes.enumerated() where repeated[hash] != nil {
            repeated[hash]?.append(segment.rows[place])
          }
        }
      }
      let groups = Array(repeated.values) + (zeros.count > 1 ? [zeros] : [])
      return groups.map { $0.sorted() }
    }
  }
}
