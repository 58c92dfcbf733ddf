/// A place in a text: line and column, both from 1, columns in Unicode scalars.
public struct SourcePosition: Hashable, Comparable, Sendable {
  /// The line, from 1.
  public let line: Int
  /// The Unicode scalar within the line, from 1.
  public let column: Int

  /// Creates a position.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Orders positions as they are read.
  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A stretch of text from `start` up to, but not including, `end`.
public struct SourceRange: Hashable, Sendable {
  /// The first position.
  public let start: SourcePosition
  /// The position after the last.
  public let end: SourcePosition

  /// Creates a range; an `end` before `start` is moved there.
  public init(_ start: SourcePosition, _ end: SourcePosition) {
    self.start = start
    self.end = max(start, end)
  }

  /// The beginning of a file.
  public static let beginning = SourceRange(
    SourcePosition(line: 1, column: 1), SourcePosition(line: 1, column: 1))
}

/// A file that people wrote, kept for quoting its lines in diagnostics.
public final class SourceFile: Sendable {
  /// The path as the user would name it.
  public let path: String
  private let text: String
  private let split = SharedState<[[Unicode.Scalar]]?>(nil)

  /// Creates a file from its text.
  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// The lines without their ends, each as its Unicode scalars. Few files are ever quoted: they are split when one is.
  ///
  /// A line ends where the reader of YAML counts one (YAML 1.1, 4.2): at LF, CR LF, CR, and at the line and paragraph ends
  /// of Unicode, so that the positions which it tells are those of these lines.
  public var lines: [[Unicode.Scalar]] {
    split.change { lines in
      if let lines { return lines }
      let found = Self.lines(of: text)
      lines = found
      return found
    }
  }

  private static func lines(of text: String) -> [[Unicode.Scalar]] {
    var lines: [[Unicode.Scalar]] = [[]]
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where last == "\r": break
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
      default: lines[lines.count - 1].append(scalar)
      }
      last = scalar
    }
    return lines
  }

  /// Returns the text of a line from 1; empty outside the file.
  public func line(_ number: Int) -> String {
    guard lines.indices.contains(number - 1) else { return "" }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: lines[number - 1])
    return String(text)
  }
}

/// A stretch of a file.
public struct SourceLocation: Hashable, Sendable {
  /// The file.
  public let file: SourceFile
  /// The stretch within it; nil where the whole file is meant.
  public let range: SourceRange?

  /// Creates a location.
  public init(file: SourceFile, range: SourceRange?) {
    self.file = file
    self.range = range
  }

  /// Compares path and range.
  public static func == (left: SourceLocation, right: SourceLocation) -> Bool {
    left.file.path == right.file.path && left.range == right.range
  }

  /// Hashes path and range.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(file.path)
    hasher.combine(range)
  }
}

/// A value with the place where somebody wrote it.
public struct Located<Value: Sendable>: Sendable {
  /// The value.
  public let value: Value
  /// Where it stands.
  public let location: SourceLocation

  /// Creates a located value.
  public init(_ value: Value, at location: SourceLocation) {
    self.value = value
    self.location = location
  }
}
