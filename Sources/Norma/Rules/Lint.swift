/// Checks rule files and projects without reading data.
public enum Lint {
  /// Returns every mistake in the given files, folders of rules and projects, by file and line.
  ///
  /// A file called `norma.yaml`, and a folder that holds one, is a project; all other paths are read together as one rule
  /// base. The tests of rules are checked too, and not run.
  public static func check(_ paths: [String]) -> [Diagnostic] {
    let sink = DiagnosticSink()
    var loader = RuleBaseLoader(sink: sink)
    var hasRules = false
    for path in paths where !FileSystem.isTestFile(path) {
      if isProject(path) {
        _ = ProjectLoader(sink: sink, machineTimeZone: .utc).load(path)
      } else {
        hasRules = true
        loader.read(path: path)
      }
    }
    if hasRules { _ = RuleBaseCheck(ruleBase: loader.load(), sink: sink).plans() }
    // What is wrong with the rules themselves has been said above.
    var tests = RuleTestLoader(sink: DiagnosticSink(), testSink: sink)
    _ = tests.load(paths)
    return sink.sorted()
  }

  /// Returns every mistake in one rule file that is given as text.
  public static func check(text: String, path: String) -> [Diagnostic] {
    let sink = DiagnosticSink()
    var loader = RuleBaseLoader(sink: sink)
    loader.read(text: text, path: path)
    let ruleBase = loader.load()
    let plans = RuleBaseCheck(ruleBase: ruleBase, sink: sink).plans()
    let tests = RuleTestReader(ruleBase: ruleBase, plans: plans, sink: sink)
    for rule in ruleBase.rules { _ = tests.tests(of: rule) }
    return sink.sorted()
  }

  /// Whether a path names a project: a `norma.yaml`, or a folder that holds one.
  public static func isProject(_ path: String) -> Bool {
    if path.split(separator: "/").last == "norma.yaml" { return true }
    if case .success(.file) = FileSystem.entry(at: FileSystem.resolve("norma.yaml", from: path)) { return true }
    return false
  }
}
