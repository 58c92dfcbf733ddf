/// Checks rule files and projects without reading data.
public enum Lint {
  /// Returns every mistake in the given files, folders of rules and projects, by file and line.
  ///
  /// A file called `norma.yaml`, and a folder that holds one, is a project; all other paths are read together as one rule
  /// base.
  public static func check(_ paths: [String]) -> [Diagnostic] {
    let sink = DiagnosticSink()
    var loader = RuleBaseLoader(sink: sink)
    var hasRules = false
    for path in paths {
      if isProject(path) {
        _ = ProjectLoader(sink: sink, machineTimeZone: .utc).load(path)
      } else {
        hasRules = true
        loader.read(path: path)
      }
    }
    if hasRules { _ = RuleBaseCheck(ruleBase: loader.load(), sink: sink).plans() }
    return sink.sorted()
  }

  /// Returns every mistake in one rule file that is given as text.
  public static func check(text: String, path: String) -> [Diagnostic] {
    let sink = DiagnosticSink()
    var loader = RuleBaseLoader(sink: sink)
    loader.read(text: text, path: path)
    _ = RuleBaseCheck(ruleBase: loader.load(), sink: sink).plans()
    return sink.sorted()
  }

  private static func isProject(_ path: String) -> Bool {
    if path.split(separator: "/").last == "norma.yaml" { return true }
    if case .success(.file) = FileSystem.entry(at: FileSystem.resolve("norma.yaml", from: path)) { return true }
    return false
  }
}
