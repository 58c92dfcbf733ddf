import ArgumentParser
import Norma

struct DueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "due",
    abstract: "Lists what is overdue and what falls due soon; made for a daily job. 列出逾期和即将到期的事项。")

  @Argument(help: "The project's file or folder.")
  var project = "norma.yaml"

  @OptionGroup var selection: Selection

  @Option(help: "How far ahead to look, such as 14d or 2w.")
  var within = "14d"

  @Option(help: "The format: text or json.")
  var format = "text"

  func validate() throws {
    try Choice.check("--format", format, ["text", "json"])
    if horizon == nil { throw ValidationError("--within takes days or weeks, such as 14d or 2w, not \(within)") }
  }

  private var horizon: Int? {
    guard let span = CalendarSpan(within) else { return nil }
    switch span.unit {
    case .day: return span.count
    case .week: return span.count * 7
    default: return nil
    }
  }

  func run() throws {
    let session = try Session(project: project, selection: selection)
    var options = session.options
    options.horizon = horizon
    options.onlyDue = true
    var report = try session.run(Audit(session.project, options: options))
    if report.summary.obligations == 0 {
      // Whether anything was checked at all is for all rules to say.
      options.onlyDue = false
      report = try session.run(Audit(session.project, options: options))
    }
    let due = DueReport(report: report, language: session.language)
    Terminal.print(format == "json" ? due.json : due.text(usesColor: Terminal.hasColor))
    Terminal.end(due.exitCode, holding: (session, report))
  }
}
