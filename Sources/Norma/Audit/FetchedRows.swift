/// The rows that were read again for findings, as long as there are not too many of them.
final class FetchedRows {
  private var rows: [String: [Int32: FetchedRow]] = [:]
  private var count = 0

  /// The greatest number of rows that are kept.
  static let limit = 50_000

  /// Returns rows of a dataset; `fetch` reads those that are not at hand.
  func rows(of dataset: String, _ wanted: Set<Int32>, _ fetch: (Set<Int32>) -> [Int32: FetchedRow]) -> [Int32:
    FetchedRow]
  {
    if rows[dataset] == nil {
      let found = fetch(wanted)
      if count + found.count <= Self.limit {
        count += found.count
        rows[dataset] = found
      }
      return found
    }
    var result: [Int32: FetchedRow] = [:]
    var missing: Set<Int32> = []
    if let here = rows[dataset] {
      for row in wanted {
        if let known = here[row] { result[row] = known } else { missing.insert(row) }
      }
    }
    if missing.isEmpty { return result }
    var found = fetch(missing)
    if count + found.count <= Self.limit {
      count += found.count
      rows[dataset, default: [:]].merge(found) { known, _ in known }
    }
    // The fewer are put to the many.
    found.merge(result) { _, known in known }
    return found
  }
}
