internal import Dispatch
internal import Synchronization

/// Work that is done on all processors, with the results in the order of the work.
enum SideBySide {
  /// Returns what `work` makes of each number below `count`.
  static func map<Result: Sendable>(_ count: Int, _ work: @Sendable (Int) -> Result) -> [Result] {
    if count < 2 { return (0..<count).map(work) }
    let results = Mutex([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { place in
      let result = work(place)
      results.withLock { $0[place] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  /// Returns what `work` makes of items that stand next to each other, a part for each processor and a few to even out.
  ///
  /// Few items are not worth the trouble: they are one part.
  static func map<Item: Sendable, Result: Sendable>(
    parts items: [Item], atLeast least: Int, _ work: @Sendable (ArraySlice<Item>) -> Result
  ) -> [Result] {
    let count = max(1, min(items.count / least, 8))
    return map(count) { part in
      work(items[items.count * part / count..<items.count * (part + 1) / count])
    }
  }
}
