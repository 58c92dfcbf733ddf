import ArgumentParser

@main
struct Norma: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "norma", version: "0.1.0")
}
