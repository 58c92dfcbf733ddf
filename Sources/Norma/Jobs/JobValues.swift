internal import Synchronization

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

  /// Hands the values over: none is left.
  mutating func takeAll() -> [Value] {
    defer { values = [] }
    return values
  }

  /// Passes elements to at most `jobs` jobs, to each in ascending order.
  mutating func perform<Element>(
    jobs: Int, over elements: [Element], _ body: (inout Value, Element, _ job: Int) -> Void
  ) {
    let jobs = min(jobs, values.count)
    withEach { values in
      let next = Atomic(0)
      SideBySide.perform(jobs: jobs, count: jobs) { job in
        while true {
          let place = next.add(1, ordering: .relaxed).oldValue
          if place >= elements.count { return }
          body(&values[job], elements[place], job)
        }
      }
    }
  }
}
