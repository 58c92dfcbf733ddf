/// A form in which a report is written.
public protocol ReportFormat: Sendable {
  /// The name behind `--format`.
  static var name: String { get }
  /// The endings of files that are written in this form.
  static var fileEndings: [String] { get }
  /// Whether it names the digests of the data files.
  static var showsDigests: Bool { get }
  /// How much of what was found it lists.
  static var listing: Listing { get }
  /// Renders a report; changes nothing in it.
  static func render(_ report: AuditReport, options: ReportOptions) -> TextBuffer
}

/// How a report is shown.
public struct ReportOptions: Sendable {
  /// The language of titles and messages.
  public let language: Language
  /// Whether colours may be used: the output is a terminal.
  public let usesColor: Bool

  /// Creates options.
  public init(language: Language, usesColor: Bool = false) {
    self.language = language
    self.usesColor = usesColor
  }
}

/// The forms there are.
public enum ReportFormats {
  /// All forms; the first is the default.
  public static let all: [any ReportFormat.Type] = [TextReport.self, JSONReport.self]

  /// Returns the form called `name`, nil where there is none.
  public static func named(_ name: String) -> (any ReportFormat.Type)? {
    all.first { $0.name == name }
  }

  /// Returns the form of a file by its ending, nil where there is none.
  public static func forFile(_ path: String) -> (any ReportFormat.Type)? {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last.map { $0.lowercased() }
    return ending.flatMap { ending in all.first { $0.fileEndings.contains(ending) } }
  }
}
