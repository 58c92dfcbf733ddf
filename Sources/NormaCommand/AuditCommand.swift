public import ArgumentParser
public import Norma

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Audits a project and prints the report. 检查一个项目并给出报告。")

  @Argument(help: "The project's file or folder.")
  var project = "norma.yaml"

  @OptionGroup var selection: Selection

  @Option(help: "The format of the report: \(ReportFormats.all.map { $0.name }.joined(separator: ", ")).")
  var format = "text"

  @Option(name: .shortAndLong, help: "Write the report to a file, in the format of its ending. Repeatable.")
  var output: [String] = []

  @Option(help: "How many rows of evidence are shown per finding.")
  var evidence = 20

  @Flag(help: "Show the values of sensitive fields.")
  var reveal = false

  @Option(help: "The least severity of a broken obligation that makes the exit code 1, or never.")
  var failOn = "minor"

  @Flag(help: "Print how each rule is evaluated, and stop.")
  var explain = false

  @Option(help: "How many threads evaluate rules; as many as there are cores where absent.")
  var jobs: Int?

  @Option(help: "How rules are evaluated: \(Engine.allCases.map(\.rawValue).joined(separator: ", ")).")
  var engine = Engine.columnar

  func validate() throws {
    try Choice.check("--format", format, ReportFormats.all.map { $0.name })
    try Choice.check("--fail-on", failOn, Severity.allCases.map(\.rawValue) + ["never"])
    if let jobs, jobs < 1 { throw ValidationError("--jobs takes a number from 1") }
    if evidence < 0 { throw ValidationError("--evidence takes a number from 0") }
    for path in output where ReportFormats.forFile(path) == nil {
      throw ValidationError("no format belongs to the ending of \(path)")
    }
  }

  /// The forms in which the report is written.
  private var formats: [any ReportFormat.Type] {
    output.isEmpty ? [ReportFormats.named(format)].compactMap { $0 } : output.compactMap { ReportFormats.forFile($0) }
  }

  func run() throws {
    let session = try Session(project: project, selection: selection)
    var options = session.options
    options.evidenceLimit = evidence
    options.reveals = reveal
    options.engine = engine
    options.hashesFiles = formats.contains { $0.showsDigests }
    options.listing = formats.dropFirst().reduce(formats.first?.listing ?? .everything) { $0.union($1.listing) }
    if let jobs { options.jobs = jobs }
    let audit = Audit(session.project, options: options)
    if explain {
      Terminal.print(audit.plans.map { PlanText.text(of: $0, in: session.project.ruleBase) }.joined(separator: "\n"))
      return
    }
    let report = try session.run(audit)
    if output.isEmpty, let format = ReportFormats.named(format) {
      Terminal.print(
        format.render(report, options: ReportOptions(language: session.language, usesColor: Terminal.hasColor)))
    }
    for path in output {
      guard let format = ReportFormats.forFile(path) else { continue }
      try Terminal.write(
        format.render(report, options: ReportOptions(language: session.language)), to: path, in: session.language)
    }
    Terminal.end(report.exitCode(failOn: Severity(rawValue: failOn)), holding: (session, audit, report))
  }
}

extension Engine: ExpressibleByArgument {}
