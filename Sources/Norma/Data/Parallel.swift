internal import Dispatch
internal import Synchronization

/// Work that is shared out among threads.
enum Parallel {
  /// Runs `body` once for every number below `count`, on at most `jobs` threads, and returns when all are done.
  static func perform(jobs: Int, count: Int, _ body: (Int) -> Void) {
    let jobs = min(jobs, count)
    guard jobs > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(body) { body in
      // No two calls have the same number, and what they share is for the caller to guard.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: jobs) { _ in
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          if index >= count { return }
          body(index)
        }
      }
    }
  }
}

/// A value for each job, which no other job touches.
struct JobValues<Value> {
  private(set) var values: [Value]

  /// Creates one for each of `jobs`.
  init(_ value: Value, jobs: Int) {
    values = Array(repeating: value, count: max(1, jobs))
  }

  /// Passes the values to be changed, each by one job at a time.
  mutating func withEach<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Value>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try values.withUnsafeMutableBufferPointer { (values) throws(Failure) in try body(values) }
  }

  /// Puts the values of all jobs into the first.
  mutating func reduce(_ merge: (inout Value, Value) -> Void) {
    for other in values.dropFirst() { merge(&values[0], other) }
    values.removeLast(values.count - 1)
  }

  /// Passes elements to at most `jobs` jobs, to each in ascending order.
  mutating func perform<Element>(
    jobs: Int, over elements: [Element], _ body: (inout Value, Element, _ job: Int) -> Void
  ) {
    let jobs = min(jobs, values.count)
    withEach { values in
      let next = Atomic(0)
      Parallel.perform(jobs: jobs, count: jobs) { job in
        while true {
          let place = next.add(1, ordering: .relaxed).oldValue
          if place >= elements.count { return }
          body(&values[job], elements[place], job)
        }
      }
    }
  }
}
