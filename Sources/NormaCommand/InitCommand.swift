import ArgumentParser
import FoundationEssentials
import Glibc
import Norma

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Starts a project: settings, rules, and an empty sheet for each kind of data. 新建一个项目。")

  @Argument(help: "The folder of the new project; it must not exist yet, or be empty.")
  var folder: String

  @Option(help: "Who is audited, such as 青山乡人民政府; asked for where absent.")
  var organization: String?

  @Option(help: "The packs of rules, separated by commas, or all; asked for where absent.")
  var plans: String?

  @Option(help: "The villages or other units, separated by commas.")
  var units: String?

  @Option(help: "The folder with the packs of rules; Norma's own where absent.")
  var rules: String?

  @Option(help: "The language: zh or en.")
  var language = Language.zh

  func run() throws {
    try checkFolder()
    let rules = try rulesFolder()
    let known = ProjectDraft.packs(in: rules)
    let packs = known.map(\.name)
    let organization = try answer(
      organization, option: "--organization", say("单位名称：", "Who is to be audited? "))
    let wanted = try answer(
      plans, option: "--plans",
      say(
        "有这些规则：\n\(list(known))适用哪些（写名称，用逗号隔开；全部适用写 all）：",
        "There are these packs of rules:\n\(list(known))Which apply (their names, separated by commas, or all)? "))
    let units =
      units ?? (isInteractive ? ask(say("村名（用逗号隔开，可留空）：", "Villages, separated by commas, or nothing: ")) : "")
    let chosen = wanted == "all" ? packs : Self.list(wanted)
    for name in chosen where !packs.contains(name) {
      throw ValidationError(
        say(
          "没有规则包 \(name)；有：\(packs.joined(separator: "、"))",
          "there is no pack \(name); there are: \(packs.joined(separator: ", "))"))
    }
    guard let today = SystemClock.today(in: .utc) else { throw ExitCode(3) }
    let choices = ProjectDraft.Choices(
      organization: organization, packs: chosen, units: Self.list(units), language: language, since: today)
    let sink = DiagnosticSink()
    guard let draft = ProjectDraft(choices, rules: rules, sink: sink) else {
      try Terminal.print(sink, in: language)
      throw ExitCode(3)
    }
    try write(draft)
    Terminal.print(nextSteps(draft))
  }

  private func say(_ zh: String, _ en: String) -> String { language == .zh ? zh : en }

  /// The packs with what they are about, a line each.
  private func list(_ packs: [ProjectDraft.Pack]) -> String {
    packs.map { pack in
      "  \(pack.name)  \(pack.topics.map { $0[language] }.joined(separator: say("、", ", ")))\n"
    }.joined()
  }

  private static func list(_ text: String) -> [String] {
    var names: [String] = []
    for part in text.split(whereSeparator: { ",，、;；".contains($0) }) {
      let name = Self.trimmed(part)
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// A text without the blanks around it.
  private static func trimmed(_ text: some StringProtocol) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }

  // MARK: Questions

  private var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

  private func ask(_ question: String) -> String {
    Terminal.ask(question)
    return Self.trimmed(readLine() ?? "")
  }

  private func answer(_ given: String?, option: String, _ question: String) throws -> String {
    let text = given ?? (isInteractive ? ask(question) : "")
    if text.isEmpty {
      throw ValidationError(say("请用 \(option) 说明", "say it by \(option)"))
    }
    return text
  }

  // MARK: Folders

  private func checkFolder() throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    // What is no folder has no content to list.
    let content = try? FileManager.default.contentsOfDirectory(atPath: folder)
    if content?.isEmpty != true {
      throw ValidationError(say("\(folder) 里已有内容，请换一个文件夹", "\(folder) holds something already; choose another folder"))
    }
  }

  /// The folder with the packs: the one named, or `Rules` here or above the program.
  private func rulesFolder() throws -> String {
    var candidates = rules.map { [URL(fileURLWithPath: $0)] } ?? [URL(fileURLWithPath: "Rules")]
    if rules == nil, let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      var above = URL(fileURLWithPath: program)
      while above.pathComponents.count > 1 {
        above.deleteLastPathComponent()
        candidates.append(above.appendingPathComponent("Rules"))
      }
    }
    for candidate in candidates where !ProjectDraft.packs(in: candidate.path).isEmpty { return candidate.path }
    throw ValidationError(
      say("找不到规则文件夹，请用 --rules 指明", "the folder of rules is not to be found; name it by --rules"))
  }

  // MARK: Writing

  /// Writes the project beside its place and moves it there, so that it is there whole or not at all.
  private func write(_ draft: ProjectDraft) throws {
    let target = URL(fileURLWithPath: folder)
    let scratch = target.deletingLastPathComponent().appendingPathComponent(".norma-\(UUID().uuidString)")
    do {
      for (path, content) in draft.files {
        let file = scratch.appendingPathComponent(path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        switch content {
        case .text(let text): try Data(text.utf8).write(to: file)
        case .copy(let source): try FileManager.default.copyItem(at: URL(fileURLWithPath: source), to: file)
        }
      }
      if FileManager.default.fileExists(atPath: target.path) { try FileManager.default.removeItem(at: target) }
      try FileManager.default.moveItem(at: scratch, to: target)
    } catch {
      try? FileManager.default.removeItem(at: scratch)
      Terminal.printError("\(folder): \(WriteFailure(error).words(in: language))")
      throw ExitCode(3)
    }
  }

  private func nextSteps(_ draft: ProjectDraft) -> String {
    say(
      """
      已在 \(folder) 建好项目，要填 \(draft.sheets.count) 张表：\(draft.sheets.joined(separator: "、"))。
      各表怎么填见 \(folder)/data/README.md。填好后运行：
        norma audit \(folder)
      """,
      """
      The project stands in \(folder). It has \(draft.sheets.count) sheets to fill in: \(draft.sheets.joined(separator: ", ")).
      \(folder)/data/README.md says how. Then run:
        norma audit \(folder)
      """)
  }
}
