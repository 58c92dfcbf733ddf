import Foundation

@testable import Norma

/// Invented rules of every kind over the datasets of an invented project.
enum GeneratedRules {
  /// Returns a rule file with datasets and rules of every kind.
  static func text(_ random: inout SeededGenerator) -> String {
    let conditions = [
      "flag", "flag == true", "amount > 1", "amount != null && amount >= 2", "done != null",
      "done == null || done >= at",
      "at <= asOf - days(10)", "monthsBetween(at, asOf) >= 1", "amount == 2 || flag", "!(flag && amount < 3)",
      "ordered([at, done])", "share + 0.1 >= 0.5", "amount in [1, 2, 3]", "done - at <= 30", "at != done",
      "share == null || share * 2 < 1.2", "amount == share", "month(at) == 3 ? flag : amount > 0",
      "[at, done].all(d, d == null || d <= asOf)", "[at, done].exists(d, d > asOf - days(60))",
      "[at, done].filter(d, d != null && d >= asOf - days(90)).size() >= 1",
      "[].all(x, x == amount)", "[].exists(x, x == amount)",
      "((flag || asOf > date(\"2020-01-01\")) ? 1 : 2) == amount",
      "id.startsWith(\"E1\")", "village == \"村1\" || flag", "village.inspected", "village.target >= 2",
      "visits.exists(v, v.ok)", "visits.all(v, v.cost != null && v.cost < 5.0)", "visits.size() >= 1",
      "visits.exists_one(v, v.ok)", "visits.filter(v, v.on != null && v.on <= asOf).size() == 0",
      "visits.exists(v, v.on != null && at != null && v.on >= at)", "id in register.code", "!(id in register.code)",
      "amount in register.amount", "village.events.exists(e, e.flag)", "visit_figures.exists(f, f.visits >= 2)",
      "village.register.exists(r, r.amount == amount)", "village.village_figures.exists(f, f.number >= 2)",
    ]
    func condition(_ random: inout SeededGenerator) -> String {
      let first = conditions.randomElement(using: &random) ?? "flag"
      guard random.chance(35), let second = conditions.randomElement(using: &random) else { return first }
      return "(\(first)) \(random.chance(50) ? "&&" : "||") (\(second))"
    }
    func each(_ random: inout SeededGenerator) -> String {
      let among = random.chance(30) ? "      among: inspected\n" : ""
      switch Int.random(in: 0..<6, using: &random) {
      case 0: return ""
      case 1: return "      each: [village, flag]\n"
      case 2: return "      each: amount\n"
      default: return "      each: village\n" + among + (random.chance(25) ? "      partial: owed\n" : "")
      }
    }
    let units = ["month", "quarter", "week", "half_year", "year"]
    func per(_ random: inout SeededGenerator) -> String {
      let window = random.chance(20) ? "      in: [2, 3, 4]\n" : ""
      return "      per: \(units.prefix(random.chance(20) ? 5 : 2).randomElement(using: &random) ?? "month")\n" + window
    }
    func bound(_ random: inout SeededGenerator, _ values: [String]) -> String {
      let value = values.randomElement(using: &random) ?? values[0]
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return "      at_most: \(value)\n"
      case 1: return "      exactly: \(value)\n"
      default: return "      at_least: \(value)\n"
      }
    }
    var rules = ""
    for number in 0..<3 {
      let timing = random.chance(60) ? per(&random) + (random.chance(70) ? "      on: at\n" : "") : ""
      rules += "  - id: coverage-\(number)\n    coverage:\n      of: events\n" + each(&random) + timing
      if random.chance(60) { rules += "      where: '\(condition(&random))'\n" }
      rules += "      having: '\(condition(&random))'\n" + bound(&random, ["50%", "0.9", "100%", "0%", "0.25"])
      if random.chance(40) {
        rules += "      empty: \(["met", "breached", "undetermined"].randomElement(using: &random) ?? "met")\n"
      }
    }
    for number in 0..<3 {
      rules += "  - id: frequency-\(number)\n    frequency:\n      of: events\n      on: at\n" + each(&random)
      if random.chance(85) { rules += per(&random) }
      if random.chance(50) { rules += "      where: '\(condition(&random))'\n" }
      if random.chance(80) { rules += bound(&random, ["0", "1", "2", "3"]) }
    }
    for number in 0..<2 {
      rules += "  - id: report-\(number)\n    report:\n      of: events\n      on: done\n"
      if random.chance(70) { rules += "      for: \(random.chance(50) ? "reported" : "at")\n" }
      rules += each(&random) + "      per: month\n"
      rules += "      due: \(["end", "+5d", "day 25", "+3wd", "-2d"].randomElement(using: &random) ?? "end")\n"
      if random.chance(40) { rules += "      roll: next_workday\n" }
      if random.chance(40) { rules += "      grace: 3d\n" }
      if random.chance(40) { rules += "      complete: [amount]\n" }
      if random.chance(40) { rules += "      where: '\(condition(&random))'\n" }
    }
    for number in 0..<2 {
      rules += "  - id: record-\(number)\n    record:\n      of: events\n"
      if random.chance(60) { rules += "      where: '\(condition(&random))'\n" }
      rules += "      require: ['\(condition(&random))', '\(condition(&random))']\n"
    }
    rules += others(&random, condition: condition, each: each, per: per, bound: bound)
    return Self.datasets + "rules:\n" + rules
  }

  private typealias Part = (inout SeededGenerator) -> String

  /// Rules of the kinds that go beyond one register.
  private static func others(
    _ random: inout SeededGenerator, condition: Part, each: Part, per: Part,
    bound: (inout SeededGenerator, [String]) -> String
  ) -> String {
    var rules = ""
    for number in 0..<4 {
      let figure =
        [
          "count: true", "count: flag", "sum: amount", "min: amount", "max: amount", "mean: amount",
          "distinct: amount", "sum: share", "sum: 'amount * 2'", "count: 'visits.exists(v, v.ok)'",
        ].randomElement(using: &random) ?? ""
      rules += "  - id: aggregate-\(number)\n    aggregate:\n      of: events\n      \(figure)\n" + each(&random)
      let over = random.chance(35) ? ["previous", "cumulative", "running"].randomElement(using: &random) : nil
      let canRun = figure.hasPrefix("count") || figure.hasPrefix("sum")
      if let over, over != "running" || canRun {
        rules += per(&random) + "      on: at\n      over: \(over)\n"
      } else if random.chance(60) {
        rules += per(&random) + (random.chance(80) ? "      on: at\n" : "")
      }
      if random.chance(40) { rules += "      where: '\(condition(&random))'\n" }
      rules += bound(&random, ["0", "1", "2", "3", "5", "20%"])
      if random.chance(30) { rules += "      empty: \(random.chance(50) ? "met" : "breached")\n" }
    }
    for number in 0..<2 {
      rules +=
        "  - id: events-\(number)\n    frequency:\n      of: events\n      on: at\n" + each(&random) + per(&random)
      rules +=
        random.chance(50)
        ? "      max_gap: \(["5d", "2w", "40d"].randomElement(using: &random) ?? "5d")\n" : "      distinct: amount\n"
      if random.chance(50) { rules += "      where: '\(condition(&random))'\n" }
      if random.chance(50) { rules += bound(&random, ["1", "2"]) }
    }
    for number in 0..<2 {
      let within = ["5d", "1mo", "3wd", "2w", "40d"].randomElement(using: &random) ?? "5d"
      let done =
        random.chance(40)
        ? "done" : "{of: visits, on: on, match: {event: id}" + (random.chance(50) ? ", where: ok}" : "}")
      rules += "  - id: response-\(number)\n    response: {of: events, since: at, done: \(done), within: \(within)"
      if random.chance(40) { rules += ", where: '\(condition(&random))'" }
      rules += "}\n"
    }
    let tolerance = ["0", "1", "2", "20%"].randomElement(using: &random) ?? "0"
    let value = ["sum(amount)", "count()", "max(amount)"].randomElement(using: &random) ?? "count()"
    rules += "  - id: figures\n    reconcile:\n" + (random.chance(70) ? "      each: village\n" : "")
    if random.chance(50) {
      rules += per(&random)
      rules +=
        "      left: {of: events, on: at, value: \(value)}\n      right: {of: register, on: since, value: \(value)}\n"
    } else {
      rules += "      left: {of: events, value: \(value), where: '\(condition(&random))'}\n"
      rules += "      right: {of: register, value: \(value)}\n"
    }
    rules += "      tolerance: \(tolerance)\n"
    rules += "  - id: registers\n    reconcile:\n      left: {of: events"
    if random.chance(40) { rules += ", where: '\(condition(&random))'" }
    rules += "}\n      right: {of: register}\n      match: {id: code}\n      compare: [amount]\n"
    if random.chance(50) { rules += "      only: both\n" }
    if random.chance(40) { rules += "      tolerance: 1\n" }
    let village = [
      "events.exists(e, e.flag)", "events.size() >= 2", "events.all(e, e.amount == null || e.amount < 4)",
      "village_figures.exists(f, f.total != null && f.total >= 3)", "register.exists(r, r.amount == target)",
      "events.exists(e, e.visits.exists(v, v.ok))", "village in visits.event",
    ]
    rules +=
      "  - id: villages\n    coverage:\n      of: villages\n      having: '\(village.randomElement(using: &random) ?? "")'\n"
    if random.chance(50) { rules += "      where: '\(village.randomElement(using: &random) ?? "")'\n" }
    rules += bound(&random, ["50%", "100%", "0%"])
    rules +=
      "  - id: village-rows\n    record: {of: villages, require: '\(village.randomElement(using: &random) ?? "")'}\n"
    rules += "  - id: derived-rows\n    record: {of: village_figures, require: 'total >= 2 && number < 4'}\n"
    rules +=
      "  - id: derived-share\n    coverage: {of: dated_events, each: village, where: 'age >= 0', having: big, at_least: 50%}\n"
    let outcome = ["met", "breached", "pending", "late", "overdue"].randomElement(using: &random) ?? "met"
    let followed =
      ["frequency-0", "record-1", "report-0", "coverage-1", "registers", "response-0", "village-rows"]
      .randomElement(using: &random) ?? ""
    rules += "  - id: outcomes-share\n    coverage:\n      of: outcomes\n      where: 'rule == \"\(followed)\"'\n"
    rules += "      having: 'outcome == \"\(outcome)\"'\n" + bound(&random, ["50%", "100%", "0%"])
    rules += "  - id: outcomes-count\n    aggregate:\n      of: outcomes\n"
    rules += "      where: 'rule == \"\(followed)\" && outcome == \"\(outcome)\"'\n      count: true\n"
    rules += bound(&random, ["1", "2", "4"])
    rules += "  - id: outcomes-rows\n    record:\n      of: outcomes\n      where: 'rule.startsWith(\"coverage-\")'\n"
    rules += "      require: 'numerator != null && numerator >= 1'\n"
    rules += "  - id: derived-count\n    aggregate: {of: visit_figures, sum: paid, at_most: 20}\n"
    return rules
  }

  private static let datasets = """
    datasets:
      villages:
        key: [village]
        active: {from: founded, until: merged}
        fields:
          village: {type: text, required: true}
          founded: {type: date}
          merged: {type: date}
          inspected: {type: boolean, required: true}
          target: {type: integer, required: true}
      events:
        key: [id]
        fields:
          id: {type: text, required: true}
          village: {type: text, required: true, references: villages}
          at: {type: date}
          done: {type: date}
          flag: {type: boolean}
          amount: {type: integer, min: 0, max: 4}
          reported: {type: text, pattern: '[0-9]{4}-[0-9]{2}'}
          share: {type: decimal}
      visits:
        key: [visit]
        fields:
          visit: {type: text, required: true}
          event: {type: text, references: events, pattern: 'E[0-9]+'}
          on: {type: date}
          ok: {type: boolean}
          cost: {type: decimal, min: 0, max: 9.5}
      register:
        fields:
          code: {type: text, required: true, pattern: '[A-Z][0-9]+'}
          village: {type: text, required: true, references: villages}
          amount: {type: integer, min: 0, max: 4}
          since: {type: date}
      village_figures:
        from: events
        where: amount != null
        each: [village]
        fields: {number: count(), total: sum(amount), latest: max(at)}
      visit_figures:
        from: visits
        each: [event]
        fields: {visits: count(), paid: sum(cost)}
      dated_events:
        from: events
        where: at != null
        add: {age: 'daysBetween(at, asOf)', big: 'amount != null && amount > 1'}

    """
}
