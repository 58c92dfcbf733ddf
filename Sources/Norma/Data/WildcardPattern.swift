import Glibc

/// A pattern in which `*` stands for any characters and `?` for one.
public struct WildcardPattern: Hashable, Sendable {
  private let pattern: [Unicode.Scalar]
  /// The text that it is where it has no wildcard.
  private let text: String?

  /// Creates a pattern.
  public init(_ pattern: String) {
    self.pattern = Array(pattern.unicodeScalars)
    text = Self.isPattern(pattern) ? nil : pattern
  }

  /// Whether `text` holds a wildcard at all.
  public static func isPattern(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
  }

  /// Whether the whole of `text` is such as the pattern says. O(pattern × text) at worst.
  public func matches(_ text: String) -> Bool {
    if let own = self.text { return own.unicodeScalars.elementsEqual(text.unicodeScalars) }
    let text = Array(text.unicodeScalars)
    var place = 0
    var position = 0
    // Only the last star matters: whatever an earlier one took, a later one can take the rest.
    var star: (place: Int, position: Int)?
    while position < text.count {
      if place < pattern.count, pattern[place] == "*" {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[position] {
        place += 1
        position += 1
      } else if let last = star {
        star = (last.place, last.position + 1)
        place = last.place + 1
        position = last.position + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}

/// Finding the files that a path with wildcards names.
extension WildcardPattern {
  /// Returns the paths of the files that `path` names, in the order of their names; no file makes an empty list.
  ///
  /// Wildcards stand for characters of one path component, and not for the dot of a hidden file. A path without a
  /// wildcard, or of a file that is called just so, is returned as it is.
  public static func expand(path: String) -> [String] {
    guard isPattern(path), access(path, F_OK) != 0 else { return [path] }
    var paths = [path.hasPrefix("/") ? "/" : ""]
    for component in path.split(separator: "/") {
      let name = String(component)
      if isPattern(name) {
        let pattern = WildcardPattern(name)
        paths = paths.flatMap { folder in
          entries(of: folder.isEmpty ? "." : folder)
            .filter { pattern.matches($0) && (name.hasPrefix(".") || !$0.hasPrefix(".")) }
            .map { folder + $0 + "/" }
        }
      } else {
        paths = paths.map { $0 + name + "/" }
      }
    }
    return paths.map { String($0.dropLast()) }.filter { access($0, F_OK) == 0 }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
    }
    return names
  }
}
