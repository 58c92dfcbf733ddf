import Foundation
import Testing

/// A text that is committed, and that a test holds what it works out against.
///
/// With `NORMA_RENEW_SNAPSHOTS` in the environment it is written anew, to be read before it is committed.
struct Snapshot {
  private let file: URL

  init(_ path: String) {
    file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(path)
  }

  /// Compares a text with the committed one, and tells the first line that differs.
  func check(_ text: String) throws {
    if ProcessInfo.processInfo.environment["NORMA_RENEW_SNAPSHOTS"] != nil {
      try Data(text.utf8).write(to: file)
      return
    }
    let committed = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    if committed == text { return }
    let (old, new) = (committed.split(separator: "\n"), text.split(separator: "\n"))
    let place = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
    Issue.record(
      """
      \(file.lastPathComponent) differs in line \(place + 1) of those that are not empty; after an intended change run the \
      tests with NORMA_RENEW_SNAPSHOTS=1
      committed: \(old.indices.contains(place) ? String(old[place]) : "nothing")
      now:       \(new.indices.contains(place) ? String(new[place]) : "nothing")
      """)
  }
}
