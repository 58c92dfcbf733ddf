internal import Dispatch
internal import Synchronization

/// Work that is done on several processors at a time.
enum SideBySide {
  /// Runs `work` once for every number below `count`, on at most `jobs` threads, and returns when all is done.
  static func perform(jobs: Int, count: Int, _ work: (Int) -> Void) {
    let jobs = min(jobs, count)
    guard jobs > 1 else {
      for index in 0..<count { work(index) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(work) { work in
      // No two calls have the same number, and what they share is for the caller to guard.
      nonisolated(unsafe) let work = work
      DispatchQueue.concurrentPerform(iterations: jobs) { _ in
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          if index >= count { return }
          work(index)
        }
      }
    }
  }

  /// Changes each of several values, on at most `jobs` threads.
  static func update<Value>(_ values: inout [Value], jobs: Int, _ change: (inout Value) -> Void) {
    values.withUnsafeMutableBufferPointer { values in
      perform(jobs: jobs, count: values.count) { change(&values[$0]) }
    }
  }

  /// How many threads share what is done where nobody has said how many may: there is too little of it for more.
  static let mostThreads = 8

  /// Returns what `work` makes of each number below `count`, in their order.
  static func map<Result: Sendable>(_ count: Int, _ work: @Sendable (Int) -> Result) -> [Result] {
    if count < 2 { return (0..<count).map(work) }
    let results = SharedState([Result?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { place in
      let result = work(place)
      results.change { $0[place] = result }
    }
    return results.read { $0.compactMap { $0 } }
  }

  /// Returns what `work` makes of items that stand next to each other, at least `least` of them at a time.
  ///
  /// Few items are not worth the trouble: they are one part. There are several parts for each processor: they take unequal
  /// times.
  static func map<Item: Sendable, Result: Sendable>(
    parts items: [Item], atLeast least: Int, jobs: Int = mostThreads, _ work: @Sendable (ArraySlice<Item>) -> Result
  ) -> [Result] {
    let count = max(1, min(items.count / least, 32))
    let next = Atomic(0)
    let threads = map(min(count, jobs)) { _ in
      var results: [(part: Int, result: Result)] = []
      while true {
        let part = next.add(1, ordering: .relaxed).oldValue
        if part >= count { return results }
        results.append((part, work(items[items.count * part / count..<items.count * (part + 1) / count])))
      }
    }
    return threads.joined().sorted { $0.part < $1.part }.map(\.result)
  }
}
