/// `record`: every row of a population is as it should be.
struct RecordKind: RuleKind {
  static let keyword = "record"

  static let documentation = KindDocumentation(
    summary: LocalizedText(
      zh: "逐行检查：符合条件的每一行都要满足要求。",
      en: "A record check demands something of every row: one obligation per row."),
    keys: [
      .init("of", "数据表", "the dataset whose rows are checked"),
      .init("where", "检查哪些行（条件）；不写就是全部", "which rows are checked; all where absent"),
      .init("require", "要求：一个条件，或一列 {that: 条件， say: 说明}", "a condition, or a list of `{that, say}`"),
      .init("each", "由谁负责", "the field that says who answers for a row"),
    ])

  let dataset: Located<String>
  private let population: ExpressionSource?
  private let requirements: [RequirementClause]
  private let answerable: EachClause?

  init?(_ reader: inout MappingReader) {
    let dataset = reader.requiredText("of")
    population = reader.expression("where")
    _ = reader.required("require")
    let requirements = reader.requirements("require")
    answerable = reader.each()
    guard let dataset, let requirements, !requirements.isEmpty else { return nil }
    self.dataset = dataset
    self.requirements = requirements
  }

  func lower(in scope: RuleScope) -> ObligationPlan? {
    guard let dataset = scope.dataset(dataset) else { return nil }
    let population = scope.condition(population, on: dataset, hasPeriod: false)
    let requirements = requirements.compactMap { clause in
      scope.condition(clause.condition, on: dataset, hasPeriod: false, assuming: population?.value).map {
        Requirement(condition: $0, say: clause.say)
      }
    }
    let parts = scope.parts(answerable, of: dataset)
    guard let population, let parts, requirements.count == self.requirements.count else { return nil }
    return .judgeRows(.rows(of: dataset.name, where: population.value), requirements: requirements, answerable: parts)
  }

  func sentence(for facts: FindingFacts, in language: Language) -> String {
    guard case .requirements(let failed, let unknown) = facts.figures else {
      preconditionFailure("a record was measured by something else than its requirements")
    }
    let places = failed.isEmpty ? unknown : failed
    // Conditions are for machines: a requirement without words of its own is named by the rule's title.
    var words = places.compactMap { requirements.indices.contains($0) ? requirements[$0].say?[language] : nil }
    let namesFaults = !words.isEmpty
    if words.isEmpty { words = [facts.title[language]] }
    let said = words.joined(separator: language == .zh ? "；" : "; ")
    switch (language, failed.isEmpty) {
    // What is said of a requirement is what is wrong where it doesn't hold.
    case (.zh, true) where namesFaults: return "是否“\(said)”"
    case (.en, true) where namesFaults: return "whether so: \(said)"
    case (.zh, false): return "不符合要求：\(said)"
    case (.en, false): return "does not meet: \(said)"
    case (.zh, true): return "是否符合“\(said)”"
    case (.en, true): return "whether this is met: \(said)"
    }
  }
}
