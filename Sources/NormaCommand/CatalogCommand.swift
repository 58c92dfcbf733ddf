import ArgumentParser
import Norma

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog", abstract: "Prints the rule book: every rule in plain words, by department. 打印规则手册。")

  @Argument(help: "A project, or rule files and folders of rules.")
  var paths: [String] = ["."]

  @Option(help: "The layout: markdown or html.")
  var format = "markdown"

  @Option(help: "The day on which parameters are read; today where absent.")
  var asOf: CivilDate?

  @Option(help: "The language: zh or en; the project's where absent.")
  var language: Language?

  @Option(name: .shortAndLong, help: "Write the book to a file instead of the terminal.")
  var output: String?

  func validate() throws {
    try Choice.check("--format", format, RuleBook.Format.allCases.map(\.rawValue))
  }

  func run() throws {
    let (book, language) = try book()
    let text = book.text(as: RuleBook.Format(rawValue: format) ?? .markdown, in: language)
    if let output {
      try Terminal.write(TextBuffer(text), to: output, in: language)
    } else {
      Terminal.print(text)
    }
  }

  private func book() throws -> (RuleBook, Language) {
    if paths.count == 1, Lint.isProject(paths[0]) {
      let session = try Session(project: paths[0], asOf: asOf, language: language)
      return (RuleBook(of: session.project, asOf: session.options.asOf), session.language)
    }
    let sink = DiagnosticSink()
    guard let today = asOf ?? SystemClock.today(in: .utc) else { throw ExitCode(3) }
    let language = language ?? .zh
    let book = RuleBook(readingRules: paths, asOf: today, sink: sink)
    try Terminal.print(sink, in: language)
    guard let book else { throw ExitCode(3) }
    return (book, language)
  }
}
