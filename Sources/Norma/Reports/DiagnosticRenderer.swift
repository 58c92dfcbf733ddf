/// Shows diagnostics to people and machines.
public struct DiagnosticRenderer: Sendable {
  private let language: Language
  private let style: TerminalStyle

  /// Creates a renderer.
  public init(language: Language, usesColor: Bool = false) {
    self.language = language
    style = TerminalStyle(isOn: usesColor)
  }

  /// Returns a diagnostic with the line that it is about, the place underlined, and a hint.
  public func text(of diagnostic: Diagnostic) -> String {
    let wording = diagnostic.problem.wording
    let location = diagnostic.location
    let name = style.paint(title(diagnostic.severity), as: diagnostic.severity)
    var place = location.file.path
    if let start = location.range?.start { place += ":\(start.line):\(start.column)" }
    var lines = ["\(place): \(name): \(wording.message[language])"]
    if let range = location.range { lines += quotation(range, location.file) }
    if let hint = wording.hint { lines.append("  " + (language == .zh ? "提示：" : "hint: ") + hint[language]) }
    return lines.joined(separator: "\n")
  }

  private func title(_ severity: Diagnostic.Severity) -> String {
    switch (severity, language) {
    case (.error, .zh): "错误"
    case (.warning, .zh): "警告"
    case (.note, .zh): "说明"
    case (_, .en): severity.rawValue
    }
  }

  /// How many scalars of a long line are shown before the place, and from it on.
  private static let reach = (before: 60, after: 100)

  /// The line with a mark under the place; wide characters take two marks. Of a long line only what is near is shown.
  private func quotation(_ range: SourceRange, _ file: SourceFile) -> [String] {
    guard file.lines.indices.contains(range.start.line - 1) else { return [] }
    let whole = file.lines[range.start.line - 1]
    let place = min(range.start.column - 1, whole.count)
    let (first, last) = (max(0, place - Self.reach.before), min(whole.count, place + Self.reach.after))
    let line = whole[first..<last].map { $0 == "\t" ? " " : $0 }
    let start = place - first
    let isOneLine = range.end.line == range.start.line
    let end = isOneLine ? min(max(range.end.column - 1 - first, start), line.count) : line.count
    let before = (first > 0 ? 1 : 0) + line[..<start].reduce(0) { $0 + $1.displayWidth }
    let width = max(1, line[start..<end].reduce(0) { $0 + $1.displayWidth })
    let number = String(range.start.line)
    let margin = String(repeating: " ", count: number.count)
    var text = String.UnicodeScalarView()
    if first > 0 { text.append("…") }
    text.append(contentsOf: line)
    if last < whole.count { text.append("…") }
    let mark = String(repeating: " ", count: before) + "^" + String(repeating: "~", count: width - 1)
    return ["  \(number) | \(String(text))", "  \(margin) | \(style.paint(mark, as: .error))"]
  }

  /// Counts errors and warnings.
  public func summary(of diagnostics: [Diagnostic]) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count { $0.severity == .warning }
    return language == .zh ? "\(errors) 个错误，\(warnings) 个警告" : "\(errors) errors, \(warnings) warnings"
  }

  /// Returns a diagnostic as an annotation of a workflow.
  public func annotation(of diagnostic: Diagnostic) -> String {
    let wording = diagnostic.problem.wording
    let severity = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
    var properties = "file=\(diagnostic.location.file.path)"
    if let range = diagnostic.location.range {
      properties += ",line=\(range.start.line),col=\(range.start.column)"
      properties += ",endLine=\(range.end.line),endColumn=\(range.end.column)"
    }
    var message = wording.message[language]
    if let hint = wording.hint { message += "\n" + hint[language] }
    let escaped = message.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    return "::\(severity) \(properties)::\(escaped)"
  }

  /// Returns diagnostics as JSON.
  public func json(of diagnostics: [Diagnostic]) -> String {
    let items = diagnostics.map { diagnostic -> JSONValue in
      let wording = diagnostic.problem.wording
      let range = diagnostic.location.range
      return .object([
        "severity": .string(diagnostic.severity.rawValue), "file": .string(diagnostic.location.file.path),
        "line": .optional(range?.start.line), "column": .optional(range?.start.column),
        "end_line": .optional(range?.end.line), "end_column": .optional(range?.end.column),
        "message": .string(wording.message[language]), "hint": .optional(wording.hint?[language]),
      ])
    }
    return JSONValue.object(["norma": .integer(1), "diagnostics": .array(items)]).text() + "\n"
  }
}
