import CEL
import Foundation
import Testing

@testable import Norma

/// Readers of what strangers wrote, run over inputs that were changed at random: none crashes, hangs, or eats the memory.
///
/// The tests run the corpus and a few hundred changes of it. With `NORMA_FUZZ_SECONDS` each target runs that long;
/// `NORMA_FUZZ_SEED` says where to begin. The input at hand is kept in a file beside the others, so that one that ends the
/// process is at hand as well; put into the corpus, it is run for good.
@Suite(.serialized) struct FuzzTests {
  private static let seconds = ProcessInfo.processInfo.environment["NORMA_FUZZ_SECONDS"].flatMap(Double.init)
  private static let firstSeed = ProcessInfo.processInfo.environment["NORMA_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  enum Target: String, CaseIterable, Sendable {
    case yaml, cel, csv, rules

    /// Those that are run: all, or the one that `NORMA_FUZZ_TARGET` names.
    static var wanted: [Target] {
      ProcessInfo.processInfo.environment["NORMA_FUZZ_TARGET"].flatMap(Target.init).map { [$0] } ?? allCases
    }
  }

  @Test("a reader survives whatever it is given", arguments: Target.wanted)
  func survives(target: Target) throws {
    let seeds = try Self.corpus(target)
    #expect(seeds.count >= 8)
    for seed in seeds { try Self.run(target, seed) }
    var random = SeededGenerator(seed: Self.firstSeed)
    let clock = ContinuousClock()
    let begun = clock.now
    var pool = seeds
    var shapes: Set<String> = []
    var runs = 0
    var number = Self.firstSeed
    while Self.seconds.map({ clock.now - begun < .seconds($0) }) ?? (runs < 300) {
      var mutator = Mutator(seed: number, words: Self.words[target] ?? [])
      let seed = pool[Int.random(in: 0..<pool.count, using: &random)]
      let input = mutator.mutate(seed, beside: pool[Int.random(in: 0..<pool.count, using: &random)])
      let current = FileManager.default.temporaryDirectory.appendingPathComponent("norma-fuzz-\(target.rawValue)")
      if Self.seconds != nil { try Data(input).write(to: current) }
      let started = clock.now
      let shape = try Self.run(target, input)
      let took = clock.now - started
      if took > .seconds(1) {
        let kept = current.appendingPathExtension("\(number)")
        try Data(input).write(to: kept)
        Issue.record("\(target) took \(took), see \(kept.path)")
      }
      // What is read in a way not seen before is worth changing further.
      if shapes.insert(shape).inserted, pool.count < 4000 { pool.append(input) }
      runs += 1
      number += 1
    }
    let memory = try Self.peakMemory()
    if Self.seconds != nil {
      print(
        "\(target.rawValue): \(runs) inputs, \(shapes.count) shapes, \(memory) MB, seeds \(Self.firstSeed)..<\(number)")
    }
    // A sanitizer takes memory of its own.
    let patience = ProcessInfo.processInfo.environment["NORMA_TEST_PATIENCE"].flatMap { Int($0) } ?? 1
    #expect(memory < 1000 * patience, "\(target) took \(memory) MB")
  }

  // MARK: Targets

  /// Runs a reader, and returns what its result looks like.
  @discardableResult
  private static func run(_ target: Target, _ bytes: [UInt8]) throws -> String {
    switch target {
    case .yaml: try yaml(String(decoding: bytes, as: UTF8.self))
    case .cel: try cel(String(decoding: bytes, as: UTF8.self))
    case .csv: try csv(bytes)
    case .rules: try rules(String(decoding: bytes, as: UTF8.self))
    }
  }

  private static func yaml(_ text: String) throws -> String {
    let file = SourceFile(path: "fuzz.yaml", text: text)
    let sink = DiagnosticSink()
    let root = YAMLParser.parse(text, file: file, sink: sink)
    var count = 0
    var outside: SourceRange?
    func visit(_ node: YAMLNode) {
      count += 1
      let isInside = node.positions(in: file).allSatisfy { $0.line >= 1 && $0.line <= file.lines.count + 1 }
      if !isInside { outside = node.range }
      switch node.content {
      case .scalar: break
      case .sequence(let items): items.forEach(visit)
      case .mapping(let entries):
        for entry in entries {
          visit(entry.key)
          visit(entry.value)
        }
      }
    }
    if let root { visit(root) }
    if let outside { throw Fault(text: "a node at \(outside) lies outside of its file: \(text.debugDescription)") }
    return
      "\(root == nil) \(count.bitWidth - count.leadingZeroBitCount) \(sink.diagnostics.count) \(codes(sink.diagnostics))"
  }

  private static func cel(_ text: String) throws -> String {
    let dataset = Dataset(
      name: "rows", key: ["id"],
      fields: [
        Field(name: "id", type: .text), Field(name: "n", type: .integer), Field(name: "x", type: .decimal),
        Field(name: "at", type: .date), Field(name: "ok", type: .boolean),
      ])
    var ruleBase = RuleBase()
    ruleBase.datasets["rows"] = dataset
    let sink = DiagnosticSink()
    let file = SourceFile(path: "fuzz.yaml", text: text)
    let range = SourceRange(SourcePosition(line: 1, column: 1), SourcePosition(line: 1, column: 2))
    let node = YAMLNode(content: .scalar(.init(text: text, isPlain: false)), range: range)
    let source = ExpressionSource(text: text, node: node, file: file)
    let checker = ExpressionChecker(ExpressionEnvironments(ruleBase), sink: sink)
    guard let plan = checker.check(source, scope: .row(dataset, hasPeriod: true), wanted: .value) else {
      return codes(sink.diagnostics)
    }
    let functions = ExpressionFunctions(calendar: .weekendsOnly, timeZone: .utc)
    let row = RowExpression(plan, dataset: dataset, functions: functions.library)
    let asOf = CivilDate(dayNumber: 20_000)
    let constants = Constants(asOf: asOf, period: Period(.month, containing: asOf), parameters: [:])
    let rows: [[Cell]] = [
      [.text("a"), .integer(1), .decimal(Rational(2)), .date(asOf), .boolean(true)],
      [.null, .null, .null, .null, .null], [.unknown, .unknown, .unknown, .unknown, .unknown],
      [.text("é"), .integer(.max), .decimal(Rational(Int64.min)), .date(.latest), .boolean(false)],
    ]
    return rows.map { row.value($0, constants).typeName }.joined(separator: " ")
  }

  private static func csv(_ bytes: [UInt8]) throws -> String {
    let dataset = Dataset(
      name: "rows", key: ["a"],
      fields: [
        Field(name: "a", type: .text), Field(name: "b", type: .integer), Field(name: "c", type: .decimal),
        Field(name: "d", type: .partialDate), Field(name: "e", type: .timestamp), Field(name: "f", type: .boolean),
      ])
    let folder = try ScratchFolder()
    let reader = DatasetReader(
      dataset, files: [try folder.write(bytes)], encoding: nil, headerRow: nil, asOf: CivilDate(dayNumber: 20_000),
      localTime: { $0 }, fields: nil)
    var rows = 0
    let result = reader.read { rows += $0.count }
    #expect(result.files.reduce(0) { $0 + $1.rowCount } == rows)
    let problems = Set(result.findings.map(\.problem.rawValue)).sorted()
    return "\(min(rows, 3)) \(problems) \(result.files.flatMap(\.problems).count)"
  }

  private static func rules(_ text: String) throws -> String {
    let diagnostics = Lint.check(text: text, path: "fuzz.yaml")
    for language in [Language.zh, .en] {
      let renderer = DiagnosticRenderer(language: language)
      for diagnostic in diagnostics { #expect(!renderer.text(of: diagnostic).isEmpty) }
    }
    return codes(diagnostics)
  }

  private static func codes(_ diagnostics: [Diagnostic]) -> String {
    Set(diagnostics.map { String("\($0.problem)".prefix { $0 != "(" }) }).sorted().joined(separator: " ")
  }

  /// Something that must hold of every input, and does not.
  private struct Fault: Error {
    let text: String
  }

  // MARK: Inputs

  /// The committed inputs of a target; for rules also the rule files that ship.
  private static func corpus(_ target: Target) throws -> [[UInt8]] {
    let file = folder.appendingPathComponent("Corpus/\(target.rawValue).txt")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    var seeds = text.components(separatedBy: "\n=====\n").map { Array($0.utf8) }
    if target == .rules || target == .yaml {
      let shipped = URL(fileURLWithPath: Checkout.path("Rules"))
      let names = FileManager.default.enumerator(atPath: shipped.path)?.compactMap { $0 as? String } ?? []
      for name in names.sorted() where name.hasSuffix(".yaml") && !name.hasPrefix("calendars") {
        seeds.append(Array(try Data(contentsOf: shipped.appendingPathComponent(name))))
      }
    }
    return seeds
  }

  private static let words: [Target: [String]] = [
    .yaml: ["a: ", "- ", "[", "]", "{", "}", "\"", "'", "|\n", ">-\n", "&x ", "*x", "!!str ", "<<: ", "# ", "\n  "],
    .cel: [
      "&&", "||", "!", "==", "<=", "in", "[", "]", "(", ")", "?", ":", "n", "x", "at", "ok", "id", "asOf", "null",
      "0.1",
      "months(1)", "date(\"2026-01-31\")", ".exists(v, ", ".matches(\"(a+)+$\")", ".size()", "ordered([", "math.",
      "period.end",
      "has(", "optional.of(", "cel.bind(", "b\"\\x00\"", "r'", "'''",
    ],
    .csv: [
      ",", ";", "\"", "\"\"", "\n", "\r\n", "2026-01-01", "2026年3月", "12.5%", "1,234", "是", "a,b,c,d,e,f\n", "\u{FEFF}",
    ],
    .rules: [
      "rules:\n  - id: a.b\n", "    aggregate: {of: x, sum: y, at_least: 1}\n", "    reconcile:\n", "for: {v: [a, b]}",
      "{v}",
      "per: {rrule: \"FREQ=MONTHLY;BYDAY=-1FR\"}", "references: villages", "from: children", "each: [village]",
      "max_gap: 10d",
      "datasets:\n", "scorecards:\n", "type: text", "at_least: 90%", "between: [1, 2]", "within: 24h", "where: ",
      "tests:",
    ],
  ]

  /// The greatest memory that the process has taken, in megabytes.
  private static func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
  }
}
