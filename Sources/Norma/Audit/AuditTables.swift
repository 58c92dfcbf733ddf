/// The datasets that an audit makes of its own results, so that rules can follow rules.
enum AuditTables {
  /// The dataset with one row per obligation.
  static let outcomes: Dataset = {
    let texts = ["rule", "subject", "period", "outcome"].map { Field(derived: $0, type: .text, isNeverNull: true) }
    let days = [Field(derived: "judged_as_of", type: .date, isNeverNull: true), Field(derived: "due", type: .date)]
    let numbers = [Field(derived: "days_overdue", type: .integer)]
    let figures = figureNames.map { Field(derived: $0, type: .decimal) }
    return Dataset(
      name: RuleBase.outcomesName, title: LocalizedText(zh: "履职结果", en: "Outcomes"),
      row: LocalizedText(zh: "一项义务", en: "one obligation"), key: ["rule", "subject", "period"],
      fields: texts + days + numbers + figures)
  }()

  private static let figureNames = [
    "numerator", "denominator", "count", "longest_gap", "value", "left", "right", "difference",
  ]

  /// The dataset with one row per score; what follows from grades has a field each.
  static func scores(_ scorecards: [Scorecard]) -> Dataset {
    var consequences: [Field] = []
    for consequence in scorecards.flatMap(\.grades).flatMap(\.consequences) {
      guard !consequences.contains(where: { $0.name == consequence.name }) else { continue }
      let isNumber = if case .decimal = consequence.value { true } else { false }
      consequences.append(Field(derived: consequence.name, type: isNumber ? .decimal : .text))
    }
    let texts = ["scorecard", "subject", "period"].map { Field(derived: $0, type: .text, isNeverNull: true) }
    let results = [Field(derived: "score", type: .decimal, isNeverNull: true), Field(derived: "grade", type: .text)]
    return Dataset(
      name: RuleBase.scorecardsName, title: LocalizedText(zh: "评分", en: "Scores"),
      row: LocalizedText(zh: "一个评分", en: "one score"), key: ["scorecard", "subject", "period"],
      fields: texts + results + consequences)
  }

  /// The rows of obligations. What may yet come out otherwise isn't known: an undetermined outcome, and an open one while
  /// its figures are or nobody knows whose it is; an obligation that may not be owed may not be there.
  static func table(of judgments: [RuleJudgment], asOf: CivilDate) -> Table {
    var rows: [[Cell]] = []
    var certainty: [Bool] = []
    var phantoms: [[Cell]] = []
    for judgment in judgments {
      for obligation in judgment.obligations {
        if !obligation.isNamed {
          phantoms.append(
            outcomes.fields.map { field in
              switch field.name {
              case "rule": .text(judgment.rule.id)
              case "period": .text(obligation.period.key)
              case "judged_as_of": .date(asOf)
              default: .unknown
              }
            })
          continue
        }
        let verdict = obligation.verdict
        var outcome = Cell.text(obligation.outcome.rawValue)
        let isOpen = verdict.outcome == .pending && !(obligation.figures.isExact && obligation.isKnown)
        if verdict.outcome == .undetermined || isOpen { outcome = .unknown }
        var row: [Cell] = [
          .text(judgment.rule.id), subject(of: obligation), .text(obligation.period.key), outcome,
          .date(asOf), verdict.due.map { .date($0) } ?? .null,
          outcome == .unknown ? .unknown : verdict.daysOverdue.map { .integer(Int64($0)) } ?? .null,
        ]
        let figures = Dictionary(obligation.figures.named.map { ($0.name, $0.bounds) }) { first, _ in first }
        row += figureNames.map { name in
          guard let bounds = figures[name] else { return .null }
          if !obligation.isKnown { return .unknown }
          return bounds.mayHaveRows ? bounds.exact.map { .decimal($0) } ?? .unknown : .null
        }
        rows.append(row)
        certainty.append(obligation.isOwed == .yes)
      }
    }
    return Table(dataset: outcomes, rows: rows, certainty: certainty, phantoms: phantoms)
  }

  /// Who owes an obligation; unknown where a part of the name is.
  private static func subject(of obligation: JudgedObligation) -> Cell {
    let isKnown = obligation.isKnown && !obligation.subject.parts.contains { $0.value == .unknown }
    return isKnown ? .text(obligation.subject.canonicalText) : .unknown
  }

  /// The rows of scores; a score or a grade that may be one of several isn't known.
  static func table(of scores: [Score], _ scorecards: [Scorecard]) -> Table {
    let dataset = self.scores(scorecards)
    let grades = Dictionary(scorecards.map { ($0.id.value, $0.grades.isEmpty) }) { first, _ in first }
    let rows = scores.map { score -> [Cell] in
      let subject = score.subject.parts.first?.value.description ?? ""
      let isOpen = score.grade == nil && !(grades[score.scorecard] ?? true)
      let consequences = dataset.fields.dropFirst(5).map { field -> Cell in
        isOpen ? .unknown : score.consequences.first { $0.name == field.name }?.value ?? .null
      }
      return [
        .text(score.scorecard), .text(subject), .text(score.period),
        score.score.isExact ? .decimal(score.score.low) : .unknown,
        isOpen ? .unknown : score.grade.map { .text($0.zh) } ?? .null,
      ] + consequences
    }
    return Table(dataset: dataset, rows: rows, certainty: rows.map { _ in true })
  }
}
