import ArgumentParser
internal import CAllocator
import FoundationEssentials

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
    keepMemory()
    do {
      var command = try wellFormed(Array(CommandLine.arguments.dropFirst())) ?? parseAsRoot()
      try command.run()
    } catch {
      exit(withError: error)
    }
  }

  /// Returns the subcommand that arguments ask for; nil where they are to be looked at as a whole, which takes longer: mistakes and
  /// requests for help are told by the command that has them all.
  private static func wellFormed(_ arguments: [String]) -> (any ParsableCommand)? {
    let subcommand = configuration.subcommands.first { $0.configuration.commandName == arguments.first }
    return try? subcommand?.parseAsRoot(Array(arguments.dropFirst()))
  }

  /// Lets the allocator keep what is given back, in huge pages where there are some. Blocks of files and what is made of them come
  /// and go by the thousand; to take them from the system each time, page by page, costs more than to clear them.
  private static func keepMemory() {
    mallopt(M_TRIM_THRESHOLD, 1 << 30)
    mallopt(M_MMAP_THRESHOLD, 64 << 20)
    reserve_heap(512 << 20, 4 << 20)
    // One more than there are threads beside the first: now and then a new one takes the place of one that has not ended yet.
    reserve_thread_heaps(Int32(Processors.count), 48 << 20)
  }
}
