/// An obligation that is late, overdue, breached, undetermined or waived.
///
/// There may be a finding for every row of a register: a finding holds what is its own, and refers to what it has in common
/// with others.
public struct Finding: Sendable {
  private let judged: JudgedRule
  /// What decided it, from which the sentence is made.
  let facts: FindingFacts
  /// Its place among the rule's findings with its outcome, in the order in which they are listed.
  let ordinal: Int
  private let waived: Waiver?
  /// The rows that decided it.
  public let evidence: Evidence
  /// The cells that would decide it, as many of them as the report lists.
  public let missing: [CellReference]
  /// How many cells would decide it.
  public let missingCount: Int

  init(
    _ judged: JudgedRule, _ facts: FindingFacts, ordinal: Int, waiver: Waiver?, evidence: Evidence,
    missing: [CellReference], missingCount: Int
  ) {
    self.judged = judged
    self.facts = facts
    self.ordinal = ordinal
    waived = waiver
    self.evidence = evidence
    self.missing = missing
    self.missingCount = missingCount
  }

  private var source: Rule { judged.rule }

  /// The first 16 hex digits of SHA-256 over rule, subject and period: the same fault has the same id in every audit.
  public var id: String { FindingID.id(rule: rule, subject: subject, period: period) }
  /// The rule's id.
  public var rule: String { source.id }
  /// What the rule is called.
  public var title: LocalizedText { source.title }
  /// The keyword of the rule's kind.
  public var kind: String { type(of: source.kind).keyword }
  /// How bad it is.
  public var severity: Severity { source.severity }
  /// The department that answers for it.
  public var department: LocalizedText? { source.department }
  /// The outcome; `waived` where a waiver covers it.
  public var outcome: Outcome { waived == nil ? facts.outcome : .waived }
  /// The outcome beneath a waiver; the outcome itself where there is none.
  public var outcomeBeneath: Outcome { facts.outcome }
  /// Why it is undetermined; nil for other outcomes.
  public var doubt: Doubt? { facts.doubt }
  /// Who owes it.
  public var subject: Subject { facts.subject }
  /// The key of the period.
  public var period: String { facts.period.key }
  /// The due date; nil where the kind has none.
  public var due: CivilDate? { facts.due }
  /// The days since the due date; nil where there are none.
  public var daysOverdue: Int? { facts.daysOverdue }
  /// What was expected, such as `>= 90%`; nil for kinds without a bound.
  public var expected: String? { facts.expectation }
  /// What was found; nil where nothing was measured.
  public var actual: String? { facts.finding }
  /// What was measured.
  public var figures: Figures { facts.figures }
  /// The clause that the rule enforces.
  public var citation: Rule.Citation? { source.citation }
  /// What to do about it.
  public var remedy: LocalizedText? { source.remedy }

  /// What the finding says, in a sentence.
  public var message: LocalizedText { LocalizedText(zh: message(in: .zh), en: message(in: .en)) }

  /// Returns what the finding says, in one language.
  public func message(in language: Language) -> String {
    var text = TextBuffer()
    writeMessage(in: language, to: &text)
    return text.text
  }

  /// Writes what the finding says, in one language.
  func writeMessage(in language: Language, to text: inout TextBuffer) {
    let sentence = source.kind.sentence(for: facts, in: language)
    facts.writeMessage(sentence, remedy: source.remedy, in: language, to: &text)
  }

  /// Who waived it and why; nil where nobody did.
  public var waiver: AppliedWaiver? {
    waived.map { AppliedWaiver(reason: $0.reason, approvedBy: $0.approvedBy, until: $0.until) }
  }

  /// A waiver that covers a finding.
  public struct AppliedWaiver: Hashable, Sendable {
    /// Why it was given.
    public let reason: LocalizedText
    /// Who gave it.
    public let approvedBy: LocalizedText
    /// The last day on which it is in force.
    public let until: CivilDate
  }
}

/// The rows that decided a finding.
public struct Evidence: Sendable {
  /// How many rows there are in all.
  public let total: Int
  /// The first of them.
  public let rows: [Row]

  /// A row with the fields that the rule uses.
  public struct Row: Sendable {
    let source: Source
    let fetched: FetchedRow

    /// The row as a person counts it in the file.
    public var row: Int { fetched.number }
    /// The values of the source's fields.
    var cells: [Cell] { source.fields.map { fetched.cell($0.place) } }

    /// The dataset.
    public var dataset: String { source.dataset }
    /// The file, as its path below the project's folder.
    public var file: String { source.file }
    /// The names and values of the fields used, in the order of the dataset.
    public var fields: [Value] {
      zip(source.fields, cells).map { Value(name: $0.name, cell: $1, label: $0.label, isMasked: $0.isMasked) }
    }
  }

  /// What rows of one file have in common.
  final class Source: Sendable {
    let dataset: String
    let file: String
    let fields: [Field]

    /// A field that a rule uses.
    struct Field: Sendable {
      /// Its place in the dataset.
      let place: Int
      let name: String
      let label: LocalizedText
      let isMasked: Bool
    }

    init(dataset: String, file: String, fields: [Field]) {
      self.dataset = dataset
      self.file = file
      self.fields = fields
    }
  }

  /// The value of a field.
  public struct Value: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The cell.
    public let cell: Cell
    /// What people call the field.
    public let label: LocalizedText
    /// Whether the value is masked.
    public let isMasked: Bool
  }
}
