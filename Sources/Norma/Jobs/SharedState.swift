import Glibc

/// A value that many threads may read at a time, and one may change.
///
/// A mutex would let jobs that only look things up wait for each other.
final class SharedState<Value>: @unchecked Sendable {
  private var value: Value
  private let lock: UnsafeMutablePointer<pthread_rwlock_t>

  init(_ value: Value) {
    self.value = value
    lock = .allocate(capacity: 1)
    let failure = pthread_rwlock_init(lock, nil)
    precondition(failure == 0, "a lock could not be made: error \(failure)")
  }

  deinit {
    pthread_rwlock_destroy(lock)
    lock.deallocate()
  }

  /// Passes the value to be read, by several threads at a time.
  func read<Result>(_ body: (borrowing Value) -> Result) -> Result {
    pthread_rwlock_rdlock(lock)
    defer { pthread_rwlock_unlock(lock) }
    return body(value)
  }

  /// Passes the value to be changed, while nobody else reads it.
  func change<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_rwlock_wrlock(lock)
    defer { pthread_rwlock_unlock(lock) }
    return body(&value)
  }
}
