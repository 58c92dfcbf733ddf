/// Who owes an obligation: fields with values, or nobody in particular, which is the organization.
public struct Subject: Hashable, Sendable {
  /// The names and values, in the order of the rule.
  public let parts: [Part]
  /// Which of several subjects with the same values this is, from 1, told apart by their places in the files.
  public let occurrence: Int

  /// A field with its value.
  public struct Part: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: Cell

    init(_ name: String, _ value: Cell) {
      self.name = name
      self.value = value
    }

    fileprivate var canonicalText: String { name + "=" + Subject.escaped(value.description) }
  }

  init(_ parts: [Part], occurrence: Int = 1) {
    self.parts = parts
    self.occurrence = occurrence
  }

  /// The subject of rows without a key: its row's number.
  static func row(_ number: Int, occurrence: Int) -> Subject {
    Subject([Part("row", .integer(Int64(number)))], occurrence: occurrence)
  }

  /// The text that identifies it: `field=value` sorted by field and joined with `&`, special characters escaped.
  var canonicalText: String {
    // Most have one part.
    let text = parts.count == 1 ? parts[0].canonicalText : parts.map(\.canonicalText).sorted().joined(separator: "&")
    return occurrence > 1 ? "\(text)~\(occurrence)" : text
  }

  /// The values by name, as a waiver or a machine reads them.
  var values: [(name: String, value: String)] {
    parts.enumerated().map { place, part in
      let suffix = occurrence > 1 && place == parts.count - 1 ? "~\(occurrence)" : ""
      return (part.name, part.value.description + suffix)
    }
  }

  fileprivate static func escaped(_ text: String) -> String {
    // Hardly any value has a character that needs it.
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "~"), 0x0A, 0x0D: false
      default: true
      }
    }
    if isPlain { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result.append(contentsOf: "%25".unicodeScalars)
      case "&": result.append(contentsOf: "%26".unicodeScalars)
      case "=": result.append(contentsOf: "%3D".unicodeScalars)
      case "~": result.append(contentsOf: "%7E".unicodeScalars)
      case "\n": result.append(contentsOf: "%0A".unicodeScalars)
      case "\r": result.append(contentsOf: "%0D".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

/// Computes the stable ids of findings.
enum FindingID {
  /// Returns the first 16 hex digits of SHA-256 over rule id, subject and period, each on a line.
  static func id(rule: String, subject: Subject, period: String) -> String {
    var text = TextBuffer()
    text.writeLine(rule)
    text.writeLine(subject.canonicalText)
    text.write(period)
    return SHA256.hexDigest(of: text, digits: 16)
  }
}
