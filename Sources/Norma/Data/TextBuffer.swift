/// Text in UTF-8 while it is written, piece by piece.
///
/// A report may have a hundred thousand lines of a dozen pieces each: they are bytes until the end, to which a piece is soon
/// appended, and what several threads have written is put in a row without a copy.
public struct TextBuffer: Hashable, Sendable {
  /// What comes before ``last``, as it was written elsewhere.
  private var earlier: [[UInt8]] = []
  private var last: [UInt8] = []

  /// Creates a buffer in which nothing stands.
  public init() {}

  /// Creates a buffer in which `text` stands.
  public init(_ text: String) {
    write(text)
  }

  /// The bytes, in parts that may end within a line but not within a character.
  public var parts: [[UInt8]] { earlier + [last] }

  /// Whether nothing was written.
  var isEmpty: Bool { last.isEmpty && earlier.allSatisfy(\.isEmpty) }

  /// The whole as one text. O(bytes).
  public var text: String {
    earlier.isEmpty ? String(decoding: last, as: UTF8.self) : String(decoding: parts.joined(), as: UTF8.self)
  }

  /// Writes a text behind what is there.
  @inline(__always)
  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { last.append(contentsOf: $0) }
  }

  /// Writes a day in its ISO form.
  mutating func write(_ day: CivilDate) {
    let (year, month, dayOfMonth) = day.parts
    guard (0...9999).contains(year) else { return write(day.description) }
    writeTwoDigits(year / 100)
    writeTwoDigits(year % 100)
    last.append(UInt8(ascii: "-"))
    writeTwoDigits(month)
    last.append(UInt8(ascii: "-"))
    writeTwoDigits(dayOfMonth)
  }

  private mutating func writeTwoDigits(_ number: Int) {
    last.append(UInt8(ascii: "0") + UInt8(number / 10))
    last.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  /// Writes a text and ends the line.
  mutating func writeLine(_ text: String) {
    write(text)
    last.append(UInt8(ascii: "\n"))
  }

  /// Puts what was written elsewhere behind what is there.
  mutating func append(_ other: TextBuffer) {
    if !last.isEmpty { earlier.append(last) }
    earlier += other.earlier
    last = other.last
  }
}
