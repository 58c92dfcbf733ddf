import ArgumentParser
import Norma

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Runs the tests that stand with rules. 运行规则的测试。")

  @Argument(
    help:
      "Projects, rule files, folders of rules, or files of tests; the project or the rules of this folder where absent."
  )
  var paths: [String] = []

  @Option(help: "Run only the tests of the rules whose ids match; * and ? stand for any characters. Repeatable.")
  var only: [String] = []

  @Option(help: "The language: zh or en; the project's where absent.")
  var language: Language?

  @Option(help: "The format of the results: \(RuleTestFormats.all.map { $0.name }.joined(separator: ", ")).")
  var format = "text"

  @Option(name: .shortAndLong, help: "Write the results to a file, in the format of its ending. Repeatable.")
  var output: [String] = []

  @Flag(help: "Fail where a rule lacks a test that it passes or one that breaks it.")
  var requireBoth = false

  func validate() throws {
    try Choice.check("--format", format, RuleTestFormats.all.map { $0.name })
    for path in output where RuleTestFormats.forFile(path) == nil {
      throw ValidationError("no format belongs to the ending of \(path)")
    }
  }

  func run() throws {
    let sink = DiagnosticSink()
    var loader = RuleTestLoader(sink: sink)
    let suites = loader.load(paths)
    let language = language ?? loader.language ?? .zh
    try Terminal.print(sink, in: language)
    let report = RuleTestReport(running: suites, only: only, requiresBoth: requireBoth)
    if output.isEmpty, let format = RuleTestFormats.named(format) {
      Terminal.print(format.render(report, options: ReportOptions(language: language, usesColor: Terminal.hasColor)))
    }
    for path in output {
      guard let format = RuleTestFormats.forFile(path) else { continue }
      let text = format.render(report, options: ReportOptions(language: language))
      try Terminal.write(TextBuffer(text), to: path, in: language)
    }
    throw ExitCode(report.exitCode)
  }
}
