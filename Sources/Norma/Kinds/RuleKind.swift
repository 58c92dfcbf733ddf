/// One way of stating obligations: its keys, its checks, its lowering to a plan, its wording and its documentation.
///
/// A kind is one file and one line in ``RuleKinds/all``.
protocol RuleKind: Sendable {
  /// The key of a rule under which it stands.
  static var keyword: String { get }

  /// What it is for and what its keys mean, for the language reference.
  static var documentation: KindDocumentation { get }

  /// The dataset whose rows it judges.
  var dataset: Located<String> { get }

  /// Reads its keys; nil where it says too little to go on, which is reported.
  init?(_ reader: inout MappingReader)

  /// Resolves names, checks types and lowers to a plan; nil where a mistake, which is reported, stands in the way.
  func lower(in scope: RuleScope) -> ObligationPlan?

  /// Says what was expected, what was found and what that means, from the facts of a finding.
  func sentence(for facts: FindingFacts, in language: Language) -> String
}

/// The rule kinds there are.
enum RuleKinds {
  /// All kinds, in the order of the language reference.
  static let all: [any RuleKind.Type] = [
    RecordKind.self, CoverageKind.self, AggregateKind.self, FrequencyKind.self, ReportKind.self, ResponseKind.self,
    ReconcileKind.self,
  ]
}

/// What the language reference says of a kind.
struct KindDocumentation: Sendable {
  /// What the kind is for, in a sentence.
  let summary: LocalizedText
  /// Its keys with their meanings, in the order of the reference.
  let keys: [Key]

  /// A key and what it means.
  struct Key: Sendable {
    /// The key.
    public let name: String
    /// What it means.
    public let meaning: LocalizedText

    init(_ name: String, _ zh: String, _ en: String) {
      self.name = name
      self.meaning = LocalizedText(zh: zh, en: en)
    }
  }
}
