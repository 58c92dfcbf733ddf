import ArgumentParser

@main
struct NormaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "norma",
    abstract: "Checks whether duties were kept. 检查职责是否履行。",
    version: "0.1.0",
    subcommands: [
      AuditCommand.self, DueCommand.self, LintCommand.self, TestCommand.self, ExplainCommand.self,
      CatalogCommand.self, InitCommand.self,
    ])

  /// Runs the command. Mistakes on the command line end with 64, as in sysexits.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exit(withError: error)
    }
  }
}
