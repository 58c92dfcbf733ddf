/// A project that is about to be started: which files it has, and what stands in them.
public struct ProjectDraft: Sendable {
  /// What is known of the project before it is written.
  public struct Choices: Sendable {
    /// Who is audited.
    public var organization: String
    /// The folders of rules that apply.
    public var packs: [String]
    /// The villages, or other units, that are known already.
    public var units: [String]
    /// The language of the project.
    public var language: Language
    /// The first day that is judged: what was before the sheets were kept is nobody's fault.
    public var since: CivilDate

    /// Creates choices.
    public init(organization: String, packs: [String], units: [String], language: Language, since: CivilDate) {
      self.organization = organization
      self.packs = packs
      self.units = units
      self.language = language
      self.since = since
    }
  }

  /// A file of the project.
  public enum Content: Sendable {
    case text(String)
    /// A file or folder that is copied.
    case copy(of: String)
  }

  private let choices: Choices
  private let rules: String
  private let ruleBase: RuleBase
  private let datasets: [Dataset]
  /// The texts that the rules of the packs look for, by dataset and field.
  private let wanted: WantedTexts
  /// The parameters that no rule of the packs reads.
  private let unused: Set<String>

  /// Reads the packs below the folder `rules`; nil where they have mistakes, which are reported to `sink`.
  public init?(_ choices: Choices, rules: String, sink: DiagnosticSink) {
    self.choices = choices
    self.rules = rules
    var loader = RuleBaseLoader(sink: sink)
    for name in Self.shared + choices.packs {
      let path = FileSystem.resolve(name, from: rules)
      if case .success = FileSystem.entry(at: path) { loader.read(path: path) }
    }
    let ruleBase = loader.load()
    let plans = RuleBaseCheck(ruleBase: ruleBase, sink: sink).plans()
    if sink.hasErrors { return nil }
    self.ruleBase = ruleBase
    unused = Set(
      sink.diagnostics.compactMap { if case .unusedParameter(let name) = $0.problem { name } else { nil } })
    let used = ruleBase.rules.filter(\.isEnabled).compactMap { plans[$0.id] }
    var names = ruleBase.roots(of: used.flatMap(\.datasets)).filter { !ruleBase.isMadeByAudit($0) }
    // Sheets speak of units also where no rule goes through their roster.
    let references = names.compactMap { ruleBase.datasets[$0] }.flatMap(\.fields).compactMap(\.reference?.dataset)
    if references.contains(Self.unitsName) { names.insert(Self.unitsName) }
    datasets = names.sorted().compactMap { ruleBase.datasets[$0] }
    wanted = WantedTexts(of: used, in: ruleBase)
  }

  /// What all packs share.
  private static let shared = ["datasets", "calendars", parametersName]

  /// The file with the parameters.
  private static let parametersName = "parameters.yaml"

  /// The dataset that lists the units.
  private static let unitsName = "units"

  /// A folder of rules that apply together.
  public struct Pack: Sendable {
    /// The folder's name.
    public let name: String
    /// What its files are about: their titles up to the colon, each once.
    public fileprivate(set) var topics: [LocalizedText]
  }

  /// The packs below a folder of rules, in the order of their names; empty where it can't be read.
  public static func packs(in rules: String) -> [Pack] {
    guard let files = try? FileSystem.ruleFiles(at: rules).get() else { return [] }
    let base = rules.hasSuffix("/") ? rules : rules + "/"
    var packs: [String: Pack] = [:]
    for path in files {
      let parts = (path.hasPrefix(base) ? String(path.dropFirst(base.count)) : path).split(separator: "/")
      guard parts.count > 1 else { continue }
      let name = String(parts[parts.count - 2])
      if shared.contains(name) { continue }
      var pack = packs[name] ?? Pack(name: name, topics: [])
      if let topic = topic(of: path), !pack.topics.contains(where: { $0.zh == topic.zh }) { pack.topics.append(topic) }
      packs[name] = pack
    }
    return packs.values.sorted { $0.name < $1.name }
  }

  /// A rule file's title up to the colon; nil where it has none.
  private static func topic(of path: String) -> LocalizedText? {
    let sink = DiagnosticSink()
    guard let (file, root) = YAMLFile.read(path, largest: RuleBaseLoader.largestFile, sink: sink),
      var reader = MappingReader(root, place: .ruleFile, file: file, sink: sink),
      let title = reader.localizedText("title")
    else { return nil }
    func head(_ text: String) -> String { String(text.prefix { $0 != "：" && $0 != ":" }) }
    return LocalizedText(zh: head(title.zh), en: head(title.en))
  }

  /// The names of the sheets that have to be kept.
  public var sheets: [String] { datasets.map { $0.title[choices.language] } }

  /// The files of the project by their path within its folder.
  public var files: [(path: String, content: Content)] {
    var files: [(path: String, content: Content)] = [("norma.yaml", .text(projectFile))]
    for name in Self.shared + choices.packs {
      let path = FileSystem.resolve(name, from: rules)
      guard case .success = FileSystem.entry(at: path) else { continue }
      files.append(("rules/" + name, name == Self.parametersName ? .text(parameters(path)) : .copy(of: path)))
    }
    for dataset in datasets { files.append(("data/\(dataset.name).csv", .text(sheet(dataset)))) }
    files.append(("data/README.md", .text(explanation)))
    return files
  }

  // MARK: Rules

  /// The file with the parameters, without those that no rule of the packs reads.
  private func parameters(_ path: String) -> String {
    guard let (file, _) = YAMLFile.read(path, largest: RuleBaseLoader.largestFile, sink: DiagnosticSink()) else {
      preconditionFailure("\(path) was read before, and can't be read again")
    }
    let lines = file.lines.map { String(String.UnicodeScalarView($0)) }
    let starts = ruleBase.parameters.filter { $0.value.location.file.path == file.path }
      .compactMap { name, parameter in parameter.location.range.map { (name: name, line: $0.start.line - 1) } }
      .sorted { $0.line < $1.line }
    var end = starts.first?.line ?? lines.count
    var kept = Array(lines[..<end])
    // Comments stand above what they speak of, up to an empty line, and are left out with all of it.
    var comments = Self.trailingComments(&kept)
    for (place, start) in starts.enumerated() {
      end = place + 1 < starts.count ? starts[place + 1].line : lines.count
      var block = Array(lines[start.line..<end])
      let next = Self.trailingComments(&block)
      if !unused.contains(start.name) {
        kept += comments + block
        comments = []
      }
      if !next.isEmpty || block.last == "" { comments = next }
    }
    return kept.joined(separator: "\n") + (kept.last == "" ? "" : "\n")
  }

  /// Takes the comments off the end of some lines.
  private static func trailingComments(_ lines: inout [String]) -> [String] {
    let count = lines.reversed().prefix { $0.drop { $0 == " " }.isEmpty || $0.drop { $0 == " " }.hasPrefix("#") }.count
    let comments = Array(lines.suffix(count))
    guard comments.contains(where: { $0.contains("#") }) else { return [] }
    lines.removeLast(count)
    return comments
  }

  // MARK: norma.yaml

  private var projectFile: String {
    let name = choices.organization.replacing("\"", with: "")
    var text = "norma: 1\norganization: \"\(name)\"\nrules: [rules]\nsince: \(choices.since)\n"
    text += "timezone: Asia/Shanghai\n"
    if let calendar = ruleBase.calendars.keys.sorted().first { text += "calendar: \(calendar)\n" }
    text += "language: \(choices.language.rawValue)\ndata:\n"
    for dataset in datasets { text += "  \(dataset.name): data/\(dataset.name).csv\n" }
    return text
  }

  // MARK: Sheets

  private func heading(_ field: Field) -> String { field.title[choices.language] }

  /// An empty sheet with its headings, which a spreadsheet opens as UTF-8; that of the units has those that are known.
  private func sheet(_ dataset: Dataset) -> String {
    var text = "\u{FEFF}" + dataset.fields.map { Self.quoted(heading($0)) }.joined(separator: ",") + "\r\n"
    guard dataset.name == Self.unitsName else { return text }
    for unit in choices.units {
      let cells = dataset.fields.map { field -> String in
        if dataset.key.contains(field.name) || field.name == "name" { return Self.quoted(unit) }
        return field.name == "unit_type" ? Self.quoted(choices(of: field).first ?? "") : ""
      }
      text += cells.joined(separator: ",") + "\r\n"
    }
    return text
  }

  private static func quoted(_ cell: String) -> String {
    cell.contains { ",\"\r\n".contains($0) } ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }

  // MARK: Explanation

  private func say(_ zh: String, _ en: String) -> String { choices.language == .zh ? zh : en }

  private var explanation: String {
    var text = say(
      "# 各表怎么填\n\n每张表第一行是表头，请勿改动；从第二行起一行填一条。没有发生的留空，看不清的照原样填，不要猜。\n",
      "# How to fill in the sheets\n\nThe first row of a sheet holds its headings; leave it as it is. Every other row is one record. Leave "
        + "empty what has not happened, and copy what can't be read as it stands.\n")
    for dataset in datasets {
      text += "\n## \(RuleBook.escapedMarkdown(dataset.title[choices.language])) (`\(dataset.name).csv`)\n\n"
      if let row = dataset.row { text += say("一行填\(row.zh)。", "One row is \(row.en).") + "\n\n" }
      text += say("| 列 | 填什么 | 必填 |\n", "| column | what to write | required |\n") + "| --- | --- | --- |\n"
      for field in dataset.fields {
        let required = field.isRequired ? say("是", "yes") : ""
        text +=
          "| \(RuleBook.escapedMarkdown(heading(field))) | \(RuleBook.escapedMarkdown(kind(of: field, in: dataset))) | \(required) |\n"
      }
    }
    return text
  }

  /// The texts that a column is limited to; none where it takes any.
  private func choices(of field: Field) -> [String] {
    (field.constraint.oneOf ?? []).compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  /// What goes into a column.
  private func kind(of field: Field, in dataset: Dataset) -> String {
    if let reference = field.reference, let target = datasets.first(where: { $0.name == reference.dataset }) {
      return say("“\(target.title.zh)”里的编号", "a key of “\(target.title.en)”")
    }
    let allowed = choices(of: field)
    if !allowed.isEmpty { return say("以下之一：", "one of: ") + allowed.joined(separator: say("、", ", ")) }
    let texts = wanted.texts(of: field.name, in: dataset.name)
    return switch field.type {
    case .text where !texts.isEmpty:
      say("文字；规则会查找：", "text; rules look for: ") + texts.joined(separator: say("、", ", "))
    case .text: say("文字", "text")
    case .integer: say("整数", "a whole number")
    case .decimal: say("数", "a number") + (field.unit.map { " (\($0))" } ?? "")
    case .boolean: say("是或否", "是 (yes) or 否 (no)")
    case .date: say("日期，如 2026-01-31", "a date such as 2026-01-31")
    case .partialDate: say("日期，也可只写到月，如 2026-01", "a date, or a month such as 2026-01")
    case .timestamp: say("日期和时间，如 2026-01-31 09:30", "a date and time such as 2026-01-31 09:30")
    }
  }
}
