import ArgumentParser
import Norma

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Says what a rule demands, of whom, when, and by which data. 用平常话说明一条规则。")

  @Argument(help: "The rule's id.")
  var rule: String

  @Option(help: "The project's file or folder.")
  var project = "norma.yaml"

  @Option(help: "The day whose year's periods are listed, and on which parameters are read; today where absent.")
  var asOf: CivilDate?

  @Option(help: "The language of headings and labels: zh or en; the project's where absent.")
  var language: Language?

  func run() throws {
    let session = try Session(project: project, asOf: asOf, language: language)
    guard let explanation = RuleExplanation(rule, of: session.project, asOf: session.options.asOf) else {
      Terminal.printError(session.project.noRule(rule)[session.language])
      throw ExitCode(64)
    }
    Terminal.print(explanation.text(in: session.language))
  }
}
