public import ArgumentParser
import FoundationEssentials
public import Norma

/// The options that say what is audited.
struct Selection: ParsableArguments {
  @Option(help: "The day of the audit, such as 2026-11-23; today where absent.")
  var asOf: CivilDate?

  @Option(help: "Periods that ended before this day are not judged.")
  var since: CivilDate?

  @Option(help: "Judge only the rules whose ids match; * and ? stand for any characters. Repeatable.")
  var only: [String] = []

  @Option(help: "Judge only the rules of this department.")
  var department: String?

  @Option(help: "Judge only rules of at least this severity.")
  var severity = Severity.info

  @Option(help: "The language of the report: zh or en; the project's where absent.")
  var language: Language?
}

extension CivilDate: ExpressibleByArgument {
  /// Reads the argument; nil where it is no such value.
  public init?(argument: String) {
    self.init(iso: argument)
  }
}

extension Severity: ExpressibleByArgument {}
extension Language: ExpressibleByArgument {}

/// Checks words that have to be one of a few.
enum Choice {
  static func check(_ option: String, _ value: String, _ choices: [String]) throws {
    if !choices.contains(value) {
      throw ValidationError("\(option) takes one of \(choices.joined(separator: ", ")), not \(value)")
    }
  }
}

/// The processors that the process may use.
enum Processors {
  /// How many they are; looked up once, in several files.
  static let count = ProcessInfo.processInfo.activeProcessorCount
}

/// A project that was read without a mistake, with what the command line selects of it.
struct Session {
  let project: Project
  private(set) var options: Audit.Options
  let language: Language

  /// Reads a project; where it can't be used, prints every mistake and ends with 3.
  init(project path: String, selection: Selection) throws {
    try self.init(project: path, asOf: selection.asOf, language: selection.language)
    options.since = selection.since
    options.only = selection.only
    options.department = selection.department
    options.severity = selection.severity
  }

  /// Reads a project for a day; today where it is nil.
  init(project path: String, asOf: CivilDate?, language wanted: Language?) throws {
    let sink = DiagnosticSink()
    let zone = (try? TimeZoneRules.machine(environment: ProcessInfo.processInfo.environment)) ?? .utc
    let loaded = ProjectLoader(sink: sink, machineTimeZone: zone).load(path)
    let language = wanted ?? loaded?.language ?? .zh
    try Terminal.print(sink, in: language)
    guard let loaded else { throw ExitCode(3) }
    project = loaded
    self.language = language
    guard let today = asOf ?? SystemClock.today(in: loaded.timeZone) else { throw ExitCode(3) }
    options = Audit.Options(asOf: today)
    options.jobs = Processors.count
    options.hashesFiles = false
  }

  /// Runs an audit; where data can't be read, prints every file that can't and ends with 3.
  func run(_ audit: Audit) throws -> AuditReport {
    do {
      return try audit.run()
    } catch {
      for failure in error.sources { Terminal.printError(failure.message[language]) }
      throw ExitCode(3)
    }
  }
}
