import ArgumentParser
import Norma

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Checks rule files and projects and prints every mistake. 检查规则文件并列出所有错误。")

  @Argument(help: "Rule files, folders of rules, or projects (norma.yaml).")
  var paths: [String] = ["."]

  @Option(help: "The format: text, json or github.")
  var format = "text"

  @Option(help: "The language: zh or en.")
  var language = Language.zh

  func validate() throws {
    try Choice.check("--format", format, ["text", "json", "github"])
  }

  func run() throws {
    let diagnostics = Lint.check(paths)
    let renderer = DiagnosticRenderer(language: language, usesColor: Terminal.hasColor)
    switch format {
    case "json": Terminal.print(renderer.json(of: diagnostics))
    case "github":
      for diagnostic in diagnostics { Terminal.print(renderer.annotation(of: diagnostic)) }
    default:
      for diagnostic in diagnostics { Terminal.print(renderer.text(of: diagnostic)) }
      Terminal.print(renderer.summary(of: diagnostics))
    }
    if diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(3) }
  }
}
