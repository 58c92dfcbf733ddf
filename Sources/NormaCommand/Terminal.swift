import ArgumentParser
import FoundationEssentials
import Glibc
import Norma

/// Prints to the terminal and writes files.
enum Terminal {
  static var hasColor: Bool { isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil }
  static var errorHasColor: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
  }

  /// Prints lines; where they can't be printed, ends with 3, since nobody would learn what they say.
  static func print(_ text: String) { show(text.hasSuffix("\n") ? text : text + "\n") }

  /// Prints a report; where it can't be printed, ends with 3.
  static func print(_ text: TextBuffer) {
    for part in text.parts { show(part) }
  }

  /// Prints a question, behind which the answer is typed.
  static func ask(_ question: String) { show(question) }

  static func printError(_ text: String) {
    // There is no better place to say that this fails.
    _ = write(Array((text.hasSuffix("\n") ? text : text + "\n").utf8), to: STDERR_FILENO)
  }

  private static func show(_ text: String) { show(Array(text.utf8)) }

  private static func show(_ text: [UInt8]) {
    guard let failure = write(text, to: STDOUT_FILENO) else { return }
    printError("stdout: \(String(cString: strerror(failure)))")
    Glibc.exit(3)
  }

  /// Writes all of a text; returns the number of the error that kept it from that.
  private static func write(_ text: [UInt8], to descriptor: Int32) -> Int32? {
    text.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return nil }
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(descriptor, start + written, bytes.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          // A pipe whose reader is slow: it takes more once there is room.
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, -1)
        } else if errno != EINTR {
          return errno
        }
      }
      return nil
    }
  }

  /// Ends the process at once: nothing waits to be written. What it holds goes with it, which is quicker than to give it back
  /// piece by piece.
  static func end<Held>(_ code: Int32, holding held: Held) -> Never {
    withExtendedLifetime(held) { _exit(code) }
  }

  /// Prints what was reported; where there are mistakes among it, ends with 3.
  static func print(_ sink: DiagnosticSink, in language: Language) throws {
    let renderer = DiagnosticRenderer(language: language, usesColor: errorHasColor)
    for diagnostic in sink.sorted() where diagnostic.severity != .note { printError(renderer.text(of: diagnostic)) }
    guard sink.hasErrors else { return }
    printError(renderer.summary(of: sink.diagnostics))
    throw ExitCode(3)
  }

  /// Writes a file whole or not at all; where that fails, says why and ends with 3.
  static func write(_ text: TextBuffer, to path: String, in language: Language) throws {
    var data = Data(capacity: text.parts.reduce(0) { $0 + $1.count })
    for part in text.parts { data.append(contentsOf: part) }
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      printError("\(path): \(WriteFailure(error).words(in: language))")
      throw ExitCode(3)
    }
  }
}

/// What kept a file from being written.
struct WriteFailure {
  private let error: any Error

  init(_ error: any Error) {
    self.error = error
  }

  /// Says it for the one who wanted the file.
  func words(in language: Language) -> String {
    func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }
    switch (error as? CocoaError)?.code {
    case .fileNoSuchFile?, .fileReadNoSuchFile?: return say("没有这个文件夹", "there is no such folder")
    case .fileWriteNoPermission?, .fileReadNoPermission?: return say("没有写入权限", "writing there is not permitted")
    case .fileWriteOutOfSpace?: return say("磁盘已满", "the disk is full")
    case .fileWriteVolumeReadOnly?: return say("磁盘是只读的", "the disk can only be read")
    case .fileWriteFileExists?: return say("已有同名的文件或文件夹", "something of this name is there already")
    default: break
    }
    // What the system says, where the library has no word of its own for it.
    let system = (error as? CocoaError)?.userInfo["NSUnderlyingError"] as? POSIXError ?? error as? POSIXError
    if system?.code == .EISDIR { return say("那是一个文件夹", "that is a folder") }
    let reason = system.map { String(cString: strerror($0.code.rawValue)) } ?? "\(error)"
    return say("写入失败：\(reason)", "it can't be written: \(reason)")
  }
}
