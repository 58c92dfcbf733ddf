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
    var known = RuleTestLoader.Known()
    for path in paths where !FileSystem.isTestFile(path) {
      if isProject(path) {
        known.projects[path] = ProjectLoader(sink: sink, machineTimeZone: .utc).read(path)?.rules
      } else {
        hasRules = true
        loader.read(path: path)
      }
    }
    if hasRules { known.others = CheckedRules(checking: loader.load(), sink: sink) }
    // What is wrong with the rules themselves has been said above.
    var tests = RuleTestLoader(sink: DiagnosticSink(), testSink: sink, known: known)
    _ = tests.load(paths)
    return sink.sorted()
  }

  /// Returns every mistake in one rule file that is given as text.
  public static func check(text: String, path: String) -> [Diagnostic] {
    let sink = DiagnosticSink()
    var loader = RuleBaseLoader(sink: sink)
    loader.read(text: text, path: path)
    let checked = CheckedRules(checking: loader.load(), sink: sink)
    let tests = RuleTestReader(checked, names: .init(of: checked.ruleBase.rules), sink: sink)
    for rule in checked.ruleBase.rules { _ = tests.tests(of: rule) }
    return sink.sorted()
  }

  /// Whether a path names a project: a `norma.yaml`, or a folder that holds one.
  public static func isProject(_ path: String) -> Bool {
    if path.split(separator: "/").last == "norma.yaml" { return true }
    if case .success(.file) = FileSystem.entry(at: FileSystem.resolve("norma.yaml", from: path)) { return true }
    return false
  }
}
