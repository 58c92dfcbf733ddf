/// The report for machines: stable, documented by the schema that the project ships.
public enum JSONReport: ReportFormat {
  /// The name behind `--format`.
  public static let name = "json"
  /// The endings of files that are written in this form.
  public static let fileEndings = ["json"]
  /// Whether it names the digests of the data files.
  public static let showsDigests = true
  /// It lists everything.
  public static let listing = Listing.everything

  /// Renders a report; changes nothing in it.
  public static func render(_ report: AuditReport, options: ReportOptions) -> TextBuffer {
    let writer = Writer(report: report, language: options.language)
    var text = TextBuffer()
    writer.root.write(to: &text)
    text.write("\n")
    return text
  }

  private struct Writer: Sendable {
    let report: AuditReport
    let language: Language

    var root: JSONValue {
      .object([
        "norma": .integer(1),
        "organization": both(report.organization),
        "as_of": .string(report.asOf.description),
        "since": .string(report.since.description),
        "inputs": .array(
          report.inputs.map {
            .object([
              "dataset": .string($0.dataset), "file": .string($0.file), "sha256": .string($0.sha256),
              "rows": .integer($0.rows),
            ])
          }),
        "summary": summary,
        "rules": .array(report.rules.map(rule)),
        "findings": .objects(of: report.findings, depth: 1) { finding($0) },
        "data_findings": .objects(of: report.dataFindings, depth: 1) { dataFinding($0) },
        "cells_to_supply": .objects(of: report.cellsToSupply, depth: 1) { item in
          .object(cell(item.cell) + [.init(key: "obligations", value: .integer(item.obligations))])
        },
        "upcoming": .array(report.upcoming.map(upcoming)),
        "scorecards": .array(report.scores.map(score)),
        "notes": .array(
          report.notes.map { .object(["note": .string($0.code), "message": .string($0.message[language])]) }),
      ])
    }

    private var summary: JSONValue {
      .object(counts(report.summary) + [.init(key: "data_findings", value: .integer(report.dataFindingCount))])
    }

    private func counts(_ counts: OutcomeCounts) -> [JSONValue.Member] {
      [.init(key: "obligations", value: .integer(counts.obligations))]
        + Outcome.allCases.map { .init(key: $0.rawValue, value: .integer(counts[$0])) }
    }

    private func both(_ text: LocalizedText) -> JSONValue {
      .object(["zh": .string(text.zh), "en": .string(text.en)])
    }

    private func rule(_ rule: AuditReport.RuleSummary) -> JSONValue {
      .object(
        [
          .init(key: "id", value: .string(rule.id)), .init(key: "title", value: .string(rule.title[language])),
          .init(key: "kind", value: .string(rule.kind)), .init(key: "severity", value: .string(rule.severity.rawValue)),
          .init(key: "department", value: .optional(rule.department?[language])),
        ] + counts(rule.counts))
    }

    private func finding(_ finding: Finding) -> JSONValue {
      .object([
        "id": .string(finding.id),
        "rule": .string(finding.rule),
        "title": .string(finding.title[language]),
        "severity": .string(finding.severity.rawValue),
        "department": .optional(finding.department?[language]),
        "outcome": .string(finding.outcome.rawValue),
        "outcome_beneath": .string(finding.outcomeBeneath.rawValue),
        "subject": subject(finding.subject),
        "period": .string(finding.period),
        "due": .optional(finding.due?.description),
        "days_overdue": .optional(finding.daysOverdue),
        "expected": .optional(finding.expected),
        "actual": .optional(finding.actual),
        "figures": figures(finding.figures),
        "message": .string(finding.message(in: language)),
        "source": .object([
          "document": .optional(finding.citation?.document?[language]),
          "clause": .optional(finding.citation?.clause?[language]),
        ]),
        "remedy": .optional(finding.remedy?[language]),
        "evidence": .object([
          "total": .integer(finding.evidence.total), "shown": .integer(finding.evidence.rows.count),
          "rows": .array(finding.evidence.rows.map(row)),
        ]),
        "missing": .array(finding.missing.map { .object(cell($0)) }),
        "waiver": finding.waiver.map {
          .object([
            "reason": .string($0.reason[language]), "approved_by": .string($0.approvedBy[language]),
            "until": .string($0.until.description),
          ])
        } ?? .null,
      ])
    }

    private func subject(_ subject: Subject) -> JSONValue {
      .object(subject.values.map { .init(key: $0.name, value: .string($0.value)) })
    }

    private func figures(_ figures: Figures) -> JSONValue {
      switch figures {
      case .earliest(let earliest): return .object(["received": .optional(earliest.certain?.description)])
      case .response(let days):
        return .object(["since": .optional(days.since?.description), "done": .optional(days.done?.description)])
      case .requirements(let failed, let unknown):
        return .object([
          "failed": .array(failed.map { .integer($0 + 1) }), "unknown": .array(unknown.map { .integer($0 + 1) }),
        ])
      case .match(let result):
        return .object([
          "left": .array([.integer(result.left.low), .integer(result.left.high)]),
          "right": .array([.integer(result.right.low), .integer(result.right.high)]),
          "differences": .array(
            result.differences.map {
              .object([
                "field": .string($0.field), "left": .string($0.left.description),
                "right": .string($0.right.description),
              ])
            }), "open": .array(result.open.map { .string($0) }),
        ])
      case .balance(let balance):
        // Under a greatest balance the highest is what counts, else the lowest.
        return .object([
          "value": bounds(balance.judged), "highest": bounds(balance.highest), "lowest": bounds(balance.lowest),
        ])
      default: return .object(figures.named.map { .init(key: $0.name, value: bounds($0.bounds)) })
      }
    }

    /// The least and the greatest; null where there is no limit.
    private func bounds(_ bounds: AmountBounds) -> JSONValue {
      .array([
        bounds.hasRows ? number(bounds.low) : .null, bounds.hasRows ? number(bounds.high) : .null,
      ])
    }

    private func number(_ number: Rational?) -> JSONValue {
      guard let number else { return .null }
      if let integer = number.integer { return .integer(Int(integer)) }
      return .number(number.description)
    }

    private func score(_ score: Score) -> JSONValue {
      .object([
        "id": .string(score.scorecard), "title": .string(score.title[language]), "subject": subject(score.subject),
        "period": .string(score.period), "score": .array([number(score.score.low), number(score.score.high)]),
        "grade": .optional(score.grade?[language]),
        "consequences": .object(
          score.consequences.map { .init(key: $0.name, value: .string($0.value.description)) }),
        "deductions": .array(
          score.deductions.map {
            .object([
              "rule": .string($0.rule), "broken": .integer($0.broken), "undetermined": .integer($0.undetermined),
              "points": .array([number($0.points.low), number($0.points.high)]),
            ])
          }),
      ])
    }

    private func row(_ row: Evidence.Row) -> JSONValue {
      .object([
        "dataset": .string(row.dataset), "file": .string(row.file), "row": .integer(row.row),
        "fields": .object(row.fields.map { .init(key: $0.name, value: $0.jsonValue) }),
      ])
    }

    private func cell(_ cell: CellReference) -> [JSONValue.Member] {
      [
        .init(key: "dataset", value: .string(cell.dataset)), .init(key: "file", value: .string(cell.file)),
        .init(key: "row", value: .integer(cell.row)), .init(key: "field", value: .string(cell.field)),
      ]
    }

    private func dataFinding(_ located: AuditReport.LocatedDataFinding) -> JSONValue {
      let finding = located.finding
      return .object([
        "dataset": .string(finding.dataset), "file": .string(located.file), "row": .integer(finding.row),
        "column": .optional(finding.column), "field": .optional(finding.field),
        "value": located.isMasked ? .string(Mask.text) : .optional(finding.value),
        "problem": .string(finding.problem.rawValue),
        "message": .string(finding.problem.message[language]),
      ])
    }

    private func upcoming(_ item: AuditReport.Upcoming) -> JSONValue {
      .object([
        "rule": .string(item.rule), "title": .string(item.title[language]),
        "severity": .string(item.severity.rawValue), "department": .optional(item.department?[language]),
        "subject": subject(item.subject), "period": .string(item.period), "due": .string(item.due.description),
        "days_left": .integer(item.daysLeft),
      ])
    }
  }
}

/// What stands in reports for the values of sensitive fields.
enum Mask {
  static let text = "***"
}

extension Evidence.Value {
  /// The value for machines: numbers and dates as text, so that no digit is lost; null for null and unknown.
  fileprivate var jsonValue: JSONValue {
    if isMasked { return .string(Mask.text) }
    switch cell {
    case .null, .unknown: return .null
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(Int(value))
    default: return .string(cell.description)
    }
  }
}
