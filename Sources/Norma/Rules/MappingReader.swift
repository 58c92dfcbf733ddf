/// Reads the keys of one mapping, reports every value that isn't what the key takes, and at the end every key that
/// nobody asked for, or that has nothing behind it.
struct MappingReader {
  /// What the mapping describes, for messages.
  let place: Place
  /// The file that it stands in.
  let file: SourceFile
  /// Where mistakes go.
  let sink: DiagnosticSink
  /// The mapping's own range.
  let range: SourceRange
  private let entries: [YAMLNode.Entry]
  /// The keys that somebody asked for, and for each entry whether it is one of them.
  private var asked: [String] = []
  private var isKnown: [Bool]
  /// The keys of which it was reported that something has to stand there.
  private var lacking: [String] = []

  /// Creates a reader; reports and returns nil where `node` is no mapping.
  init?(_ node: YAMLNode, place: Place, file: SourceFile, sink: DiagnosticSink) {
    guard case .mapping(let entries) = node.content else {
      sink.report(.expected(.mapping(place), found: Found(node)), at: SourceLocation(file: file, range: node.range))
      return nil
    }
    self.init(entries: entries, range: node.range, place: place, file: file, sink: sink)
  }

  private init(
    entries: [YAMLNode.Entry], range: SourceRange, place: Place, file: SourceFile, sink: DiagnosticSink
  ) {
    self.entries = entries
    isKnown = Array(repeating: false, count: entries.count)
    // Most are asked for about that many keys.
    asked.reserveCapacity(12)
    self.range = range
    self.place = place
    self.file = file
    self.sink = sink
  }

  /// The location of the whole mapping, narrowed to its first line's key for messages about what it lacks.
  var location: SourceLocation { at(entries.first?.key.range ?? range) }

  /// The keys with their nodes, in the order of the file.
  var all: [YAMLNode.Entry] { entries }

  /// Returns the location of a range in this file.
  func at(_ range: SourceRange) -> SourceLocation { SourceLocation(file: file, range: range) }

  /// Reports what was expected instead of `node`.
  func expected(_ expectation: Expectation, _ node: YAMLNode) {
    sink.report(.expected(expectation, found: Found(node)), at: at(node.range))
  }

  // MARK: Keys

  /// Returns the value of `key`, nil where it is absent or null, and takes the key for known.
  mutating func node(_ key: String) -> YAMLNode? {
    asked.append(key)
    guard let index = index(of: key) else { return nil }
    isKnown[index] = true
    return entries[index].value.isNull ? nil : entries[index].value
  }

  /// Where a key stands; nil where it is absent.
  private func index(of key: String) -> Int? {
    let length = key.utf8.count
    return entries.firstIndex { entry in
      // Nearly all others differ in length, which is told sooner.
      if let text = entry.key.text { text.utf8.count == length && text == key } else { false }
    }
  }

  /// Returns the value of `key`; reports where it is absent.
  mutating func required(_ key: String) -> YAMLNode? {
    if let node = node(key) { return node }
    sink.report(.missingKey(key, place), at: location)
    lacking.append(key)
    return nil
  }

  /// Where `key` itself stands.
  func keyLocation(_ key: String) -> SourceLocation {
    at(index(of: key).map { entries[$0].key.range } ?? range)
  }

  /// The keys of `candidates` that are there, in their order.
  func present(_ candidates: [String]) -> [String] {
    candidates.filter { index(of: $0) != nil }
  }

  /// Reports the keys that nobody asked for, and those with nothing behind them: a condition that somebody forgot to write, or
  /// that YAML takes for a comment, must not be left out without a word.
  func finish() {
    for (entry, isKnown) in zip(entries, isKnown) {
      guard let key = entry.key.text else { continue }
      if !isKnown {
        sink.report(.unknownKey(key, place, known: Set(asked).sorted()), at: at(entry.key.range))
      } else if entry.value.isNull, !lacking.contains(key) {
        sink.report(.emptyValue(key), at: at(entry.key.range))
      }
    }
  }

  // MARK: Values

  /// Reads a value with `parse`; reports `expectation` where it returns nil.
  mutating func value<Value>(
    _ key: String, _ expectation: Expectation, _ parse: (YAMLNode) -> Value?
  ) -> Located<Value>? where Value: Sendable {
    guard let node = node(key) else { return nil }
    return read(node, expectation, parse)
  }

  /// Reads one node with `parse`; reports `expectation` where it returns nil.
  func read<Value>(
    _ node: YAMLNode, _ expectation: Expectation, _ parse: (YAMLNode) -> Value?
  ) -> Located<Value>? where Value: Sendable {
    guard let value = parse(node) else {
      expected(expectation, node)
      return nil
    }
    return Located(value, at: at(node.range))
  }

  mutating func text(_ key: String) -> Located<String>? {
    value(key, .text) { $0.text }
  }

  mutating func boolean(_ key: String) -> Bool? {
    value(key, .boolean) { $0.boolean }?.value
  }

  mutating func integer(_ key: String, _ expectation: Expectation = .integer) -> Located<Int>? {
    value(key, expectation) { $0.integer }
  }

  mutating func number(_ key: String) -> Located<Rational>? {
    value(key, .number) { $0.text.flatMap(Rational.init(written:)) }
  }

  mutating func date(_ key: String) -> Located<CivilDate>? {
    value(key, .date) { $0.text.flatMap(CivilDate.init(iso:)) }
  }

  /// Reads one of the cases of an enumeration by its raw value.
  mutating func choice<Choice>(_ key: String, _ type: Choice.Type) -> Choice?
  where Choice: RawRepresentable & CaseIterable & Sendable, Choice.RawValue == String {
    value(key, .oneOf(Choice.allCases.map(\.rawValue))) { $0.text.flatMap(Choice.init(rawValue:)) }?.value
  }

  /// Reads a text that may be written in two languages.
  mutating func localizedText(_ key: String) -> LocalizedText? {
    node(key).flatMap { localizedText($0) }
  }

  /// Reads one node as a text that may be written in two languages.
  func localizedText(_ node: YAMLNode) -> LocalizedText? {
    if let text = node.text { return filled(text, node).map { LocalizedText($0) } }
    guard case .mapping = node.content,
      var reader = MappingReader(node, place: .localizedText, file: file, sink: sink)
    else {
      expected(.localizedText, node)
      return nil
    }
    let (zh, en) = (reader.filledText("zh"), reader.filledText("en"))
    reader.finish()
    guard let either = zh ?? en else { return nil }
    return LocalizedText(zh: zh ?? either, en: en ?? either)
  }

  private mutating func filledText(_ key: String) -> String? {
    guard let node = node(key), let text = read(node, .text, { $0.text }) else { return nil }
    return filled(text.value, node)
  }

  /// Returns a text that says something, reports one that is blank.
  private func filled(_ text: String, _ node: YAMLNode) -> String? {
    if !text.isBlank { return text }
    expected(.filledText, node)
    return nil
  }

  /// Reads a list; a single value stands for a list of one.
  mutating func list(_ key: String) -> [YAMLNode]? {
    guard let node = node(key) else { return nil }
    if case .sequence(let items) = node.content { return items }
    return [node]
  }

  /// Reads a list of texts; a single text stands for a list of one.
  mutating func texts(_ key: String) -> [Located<String>]? {
    list(key)?.compactMap { item in read(item, .text) { $0.text } }
  }

  /// Reads a mapping under `key`.
  mutating func mapping(_ key: String, _ place: Place) -> MappingReader? {
    node(key).flatMap { MappingReader($0, place: place, file: file, sink: sink) }
  }

  /// Reads an expression: any scalar, kept with the place of each of its characters.
  mutating func expression(_ key: String) -> ExpressionSource? {
    node(key).flatMap { expression($0) }
  }

  /// Reads one node as an expression.
  func expression(_ node: YAMLNode) -> ExpressionSource? {
    guard let text = node.text else {
      expected(.expression, node)
      return nil
    }
    return ExpressionSource(text: text, node: node, file: file)
  }
}

/// An expression as somebody wrote it, not yet parsed.
public struct ExpressionSource: Sendable {
  /// The text of the expression.
  public let text: String
  let node: YAMLNode
  let file: SourceFile
  /// How many scalars of the node's text come before it.
  var offset = 0

  /// Returns a part of it, by its scalars.
  func part(_ range: Range<Int>) -> ExpressionSource {
    let scalars = Array(text.unicodeScalars)[range]
    return ExpressionSource(
      text: String(String.UnicodeScalarView(scalars)), node: node, file: file, offset: offset + range.lowerBound)
  }

  /// Where it stands, quotes included.
  public var location: SourceLocation { SourceLocation(file: file, range: node.range) }

  /// Returns where the scalars of `offsets` stand in the file. O(length).
  func location(of offsets: Range<Int>) -> SourceLocation {
    let positions = node.positions(in: file)
    let start = positions[min(offset + offsets.lowerBound, positions.count - 1)]
    let last = positions[min(offset + max(offsets.upperBound - 1, offsets.lowerBound), positions.count - 1)]
    let end = SourcePosition(line: last.line, column: last.column + 1)
    return SourceLocation(file: file, range: SourceRange(start, offsets.isEmpty ? start : end))
  }
}

/// A part of a file that is read later, when the names that it speaks of are known.
struct YAMLFragment: Sendable {
  let file: SourceFile
  private let written: YAMLNode
  private let values: [String: String]

  /// Keeps a node in whose texts `{name}` stands for a value.
  init(_ node: YAMLNode, in file: SourceFile, replacing values: [String: String]) {
    self.file = file
    written = node
    self.values = values
  }

  /// The node with the values in place. O(length).
  var node: YAMLNode { written.replacing(values) }
}
