internal import CYAML

/// Reads one YAML document into nodes that remember where they stand.
///
/// Depth, size and alias expansion are capped, so that no file can exhaust the stack, the memory or the time: libyaml is
/// asked for one event after another, and reading stops at the first that goes too far.
struct YAMLParser: ~Copyable {
  /// What a file may cost.
  struct Limits {
    var depth = 64
    var nodes = 1_000_000
    var aliasedNodes = 100_000
  }

  private let file: SourceFile
  private let sink: DiagnosticSink
  private let limits: Limits
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var anchors: [String: (node: YAMLNode, size: Int)] = [:]
  private var nodes = 0
  private var aliasedNodes = 0

  private struct Stop: Error {}

  /// Reads `text`. Returns nil where it is empty or broken; what is broken goes to `sink`.
  static func parse(
    _ text: String, file: SourceFile, sink: DiagnosticSink, limits: Limits = Limits()
  ) -> YAMLNode? {
    var parser = YAMLParser(text, file: file, sink: sink, limits: limits)
    return try? parser.document()
  }

  private init(_ text: String, file: SourceFile, sink: DiagnosticSink, limits: Limits) {
    self.file = file
    self.sink = sink
    self.limits = limits
    // libyaml's parser points into itself and into its input: both live on the heap until the end.
    input = .allocate(capacity: max(1, text.utf8.count))
    _ = input.initialize(from: text.utf8)
    parser = .allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      preconditionFailure("libyaml could not allocate a parser")
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, text.utf8.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  // MARK: Events

  private mutating func next() throws -> yaml_event_t {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      let mark = parser.pointee.problem_mark
      let problem = parser.pointee.problem.map { String(cString: $0) } ?? ""
      let context = parser.pointee.context.map { String(cString: $0) } ?? ""
      reportSyntax(problem, context: context, at: Self.position(mark), from: parser.pointee.context_mark)
      throw Stop()
    }
    return event
  }

  private mutating func document() throws -> YAMLNode? {
    while true {
      var event = try next()
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT: continue
      case YAML_STREAM_END_EVENT: return nil
      default:
        let root = try node(event, depth: 0)
        try end()
        return root
      }
    }
  }

  private mutating func end() throws {
    while true {
      var event = try next()
      defer { yaml_event_delete(&event) }
      switch event.type {
      case YAML_DOCUMENT_END_EVENT: continue
      case YAML_STREAM_END_EVENT: return
      default:
        try fail(.severalDocuments, Self.range(event))
      }
    }
  }

  // MARK: Nodes

  private mutating func node(_ event: yaml_event_t, depth: Int) throws -> YAMLNode {
    nodes += 1
    if nodes > limits.nodes { try fail(.tooManyNodes(limit: limits.nodes), Self.range(event)) }
    if depth > limits.depth { try fail(.tooDeep(limit: limits.depth), Self.range(event)) }
    let before = nodes
    let tag = Self.tag(event)
    if let tag { sink.report(.yaml(.tag(tag)), at: SourceLocation(file: file, range: Self.range(event))) }
    switch event.type {
    case YAML_SCALAR_EVENT:
      let data = event.data.scalar
      let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
      let text = String(decoding: bytes, as: UTF8.self)
      // What was meant as a text is read as one, so that nothing more is said about it.
      let scalar = YAMLNode.Scalar(
        text: tag.map { $0 + (text.isEmpty ? "" : " ") + text } ?? text,
        isPlain: data.style == YAML_PLAIN_SCALAR_STYLE)
      return remember(YAMLNode(content: .scalar(scalar), range: Self.range(event)), data.anchor, since: before)
    case YAML_SEQUENCE_START_EVENT:
      let anchor = Self.name(event.data.sequence_start.anchor)
      let items = try sequence(depth: depth)
      let range = SourceRange(Self.position(event.start_mark), items.end)
      return remember(YAMLNode(content: .sequence(items.nodes), range: range), anchor, since: before)
    case YAML_MAPPING_START_EVENT:
      let anchor = Self.name(event.data.mapping_start.anchor)
      let entries = try mapping(depth: depth)
      let range = SourceRange(Self.position(event.start_mark), entries.end)
      return remember(YAMLNode(content: .mapping(entries.entries), range: range), anchor, since: before)
    case YAML_ALIAS_EVENT:
      return try alias(event)
    default:
      preconditionFailure("libyaml began a node with event \(event.type.rawValue)")
    }
  }

  private mutating func sequence(depth: Int) throws -> (nodes: [YAMLNode], end: SourcePosition) {
    var items: [YAMLNode] = []
    while true {
      var event = try next()
      defer { yaml_event_delete(&event) }
      // A collection's end mark may lie behind white space: its last child tells better where it ends.
      if event.type == YAML_SEQUENCE_END_EVENT {
        return (items, max(Self.ownEnd(event), items.last?.range.end ?? Self.ownEnd(event)))
      }
      items.append(try node(event, depth: depth + 1))
    }
  }

  private mutating func mapping(depth: Int) throws -> (entries: [YAMLNode.Entry], end: SourcePosition) {
    var entries: [YAMLNode.Entry] = []
    entries.reserveCapacity(4)
    // A few keys are compared one by one, many are looked up.
    var places: [String: SourceRange]?
    while true {
      var event = try next()
      defer { yaml_event_delete(&event) }
      if event.type == YAML_MAPPING_END_EVENT {
        return (entries, max(Self.ownEnd(event), entries.last?.value.range.end ?? Self.ownEnd(event)))
      }
      let key = try node(event, depth: depth + 1)
      var valueEvent = try next()
      defer { yaml_event_delete(&valueEvent) }
      let value = try node(valueEvent, depth: depth + 1)
      guard let name = key.text else {
        sink.report(.yaml(.keyNotText), at: SourceLocation(file: file, range: key.range))
        continue
      }
      let first = places.map { $0[name] } ?? entries.first { $0.key.text == name }?.key.range
      if let first {
        let problem = YAMLProblem.duplicateKey(name, firstLine: first.start.line)
        sink.report(.yaml(problem), at: SourceLocation(file: file, range: key.range))
        continue
      }
      entries.append(YAMLNode.Entry(key: key, value: value))
      places?[name] = key.range
      if places == nil, entries.count > 16 {
        places = Dictionary(entries.map { ($0.key.text ?? "", $0.key.range) }) { first, _ in first }
      }
    }
  }

  private mutating func alias(_ event: yaml_event_t) throws -> YAMLNode {
    let name = Self.name(event.data.alias.anchor) ?? ""
    guard let anchored = anchors[name] else {
      try fail(.unknownAnchor(name), Self.range(event))
    }
    aliasedNodes += anchored.size
    nodes += anchored.size
    if aliasedNodes > limits.aliasedNodes {
      try fail(.aliasesTooLarge(limit: limits.aliasedNodes), Self.range(event))
    }
    return anchored.node
  }

  private mutating func remember(
    _ node: YAMLNode, _ anchor: UnsafeMutablePointer<UInt8>?, since before: Int
  ) -> YAMLNode {
    remember(node, Self.name(anchor), since: before)
  }

  private mutating func remember(_ node: YAMLNode, _ anchor: String?, since before: Int) -> YAMLNode {
    if let anchor { anchors[anchor] = (node, nodes - before + 1) }
    return node
  }

  /// The tag of a value as it is written; nil where it has none.
  private static func tag(_ event: yaml_event_t) -> String? {
    let tag =
      switch event.type {
      case YAML_SCALAR_EVENT: event.data.scalar.tag
      case YAML_SEQUENCE_START_EVENT: event.data.sequence_start.tag
      case YAML_MAPPING_START_EVENT: event.data.mapping_start.tag
      default: UnsafeMutablePointer<UInt8>?.none
      }
    let standard = "tag:yaml.org,2002:"
    return name(tag).map { $0.hasPrefix(standard) ? "!!" + $0.dropFirst(standard.count) : $0 }
  }

  // MARK: Places

  private static func name(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
    bytes.map { String(cString: $0) }
  }

  private static func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(line: mark.line + 1, column: mark.column + 1)
  }

  private static func range(_ event: yaml_event_t) -> SourceRange {
    SourceRange(position(event.start_mark), position(event.end_mark))
  }

  /// The end of a flow collection's bracket; for a block collection, which has none, the start of the event.
  private static func ownEnd(_ event: yaml_event_t) -> SourcePosition {
    event.end_mark.index > event.start_mark.index ? position(event.end_mark) : SourcePosition(line: 1, column: 1)
  }

  // MARK: Problems

  private func fail(_ problem: YAMLProblem, _ range: SourceRange) throws -> Never {
    sink.report(.yaml(problem), at: SourceLocation(file: file, range: range))
    throw Stop()
  }

  private func reportSyntax(
    _ problem: String, context: String, at position: SourcePosition, from contextMark: yaml_mark_t
  ) {
    var syntax = YAMLSyntax(libyaml: problem, context: context)
    // An unclosed quote is noticed at the end of the file, and is to be mended where it begins; a tag likewise.
    let isNoticedLate = syntax == .unclosedQuote || context.contains("scanning a tag")
    var start = isNoticedLate ? Self.position(contextMark) : position
    let suspect = suspect(near: start.line)
    // A full-width character is noticed where YAML gives up, and is to be mended where it stands.
    if let suspect { start = SourcePosition(line: suspect.line, column: suspect.column) }
    let text = file.lines.indices.contains(start.line - 1) ? file.lines[start.line - 1] : []
    let column = min(start.column, max(text.count, 1))
    if column <= text.count, text[column - 1] == "\t" { syntax = .tabIndentation }
    let range = SourceRange(
      SourcePosition(line: start.line, column: column), SourcePosition(line: start.line, column: column + 1))
    sink.report(.yaml(.syntax(syntax, suspect: suspect)), at: SourceLocation(file: file, range: range))
  }

  /// The full-width character on the line of a mistake, or on the one before, that probably caused it.
  private func suspect(near line: Int) -> FullWidthSuspect? {
    for number in [line, line - 1] where file.lines.indices.contains(number - 1) {
      if let found = FullWidth.first(in: file.lines[number - 1]) {
        return FullWidthSuspect(
          found: String(found.found), plain: String(found.plain), line: number, column: found.column)
      }
    }
    return nil
  }
}
