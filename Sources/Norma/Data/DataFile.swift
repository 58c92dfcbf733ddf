import Glibc

/// A file that is open for reading, closed when nobody holds it any more.
final class DataFile: Sendable {
  private let descriptor: Int32
  /// What tells whether the file was written to since it was opened.
  let openedState: State

  /// What tells whether a file was written to.
  struct State: Hashable, Sendable {
    let size: Int
    let seconds: Int
    let nanoseconds: Int
  }

  /// Opens the file at `path`.
  init(path: String) throws(SourceProblem) {
    // Without O_NONBLOCK opening a pipe that nobody writes to would wait for ever.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.problem(errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let problem = Self.problem(errno)
      close(descriptor)
      throw problem
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .notAFile
    }
    self.descriptor = descriptor
    self.openedState = Self.state(status)
  }

  deinit {
    close(descriptor)
  }

  /// How many bytes the file had when it was opened.
  var size: Int { openedState.size }

  /// Puts the bytes of the file from `offset` on into `buffer` from `start` to `end`, or its own end where that is nil, as
  /// far as there are any, and returns how many there were: fewer than there is room for only at the file's end.
  func read(
    at offset: Int, into buffer: inout [UInt8], from start: Int, to end: Int? = nil
  ) throws(SourceProblem) -> Int {
    let end = end ?? buffer.count
    precondition(start <= end && end <= buffer.count, "no room from \(start) to \(end) in \(buffer.count) bytes")
    var filled = start
    while filled < end {
      let count = buffer.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress?.advanced(by: filled), end - filled, off_t(offset + filled - start))
      }
      if count == 0 { break }
      if count < 0 {
        guard errno == EINTR else { throw Self.problem(errno) }
        continue
      }
      filled += count
    }
    return filled - start
  }

  /// Throws if the file was written to since it was opened.
  func checkUnchanged() throws(SourceProblem) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.problem(errno) }
    guard Self.state(status) == openedState else { throw .changed }
  }

  private static func state(_ status: stat) -> State {
    State(size: Int(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }

  private static func problem(_ number: Int32) -> SourceProblem {
    switch number {
    case ENOENT, ENOTDIR, ENAMETOOLONG: .notFound
    case EACCES, EPERM: .notPermitted
    case EISDIR: .notAFile
    default: .unreadable(errorNumber: number)
    }
  }
}
