internal import Synchronization

/// The rows that were read again for findings, as long as there are not too many of them.
final class FetchedRows: Sendable {
  private struct Rows {
    var byDataset: [String: [Int32: FetchedRow]] = [:]
    var count = 0

    mutating func keep(_ found: [Int32: FetchedRow], of dataset: String) {
      if count + found.count > FetchedRows.limit { return }
      count += found.count
      if byDataset[dataset] == nil { byDataset[dataset] = found } else { byDataset[dataset]?.merge(found) { $1 } }
    }
  }

  private let kept = Mutex(Rows())

  /// The greatest number of rows that are kept.
  static let limit = 50_000

  /// Returns rows of a dataset; `fetch` reads those that are not at hand.
  func rows(
    of dataset: String, _ wanted: Set<Int32>, _ fetch: (Set<Int32>) -> [Int32: FetchedRow]
  ) -> [Int32: FetchedRow] {
    var known: [Int32: FetchedRow] = [:]
    var missing = wanted
    if let here = kept.withLock({ $0.byDataset[dataset] }) {
      missing = []
      for row in wanted {
        if let found = here[row] { known[row] = found } else { missing.insert(row) }
      }
      if missing.isEmpty { return known }
    }
    var found = fetch(missing)
    kept.withLock { $0.keep(found, of: dataset) }
    // The fewer are put to the many.
    if !known.isEmpty { found.merge(known) { _, known in known } }
    return found
  }
}
