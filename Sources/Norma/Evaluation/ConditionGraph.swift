internal import CEL

/// The conditions of all rules as one graph, so that what several of them ask of the same rows is worked out once.
///
/// Two conditions are the same if they are written alike, whatever rule they stand in; those whose constants differ from period
/// to period, or that look at other rows, are not in it. Where there are many rules, the way from one condition to the next
/// takes longer than to put their bits together: nodes are numbers that stand side by side, and nobody counts who holds them.
final class ConditionGraph: Sendable {
  private let state = SharedState(State())

  /// The nodes there are.
  fileprivate struct Contents {
    var nodes: [Node] = []
    /// The operands of all nodes, one after another.
    var operands: [Int32] = []
    /// The conditions that are no others put together, with what runs them.
    var kernels: [(expression: ColumnarExpression, kernel: Kernel)] = []
  }

  /// A condition: others put together, or one with a kernel.
  fileprivate struct Node {
    let operation: Operation
    /// How many ask for it: other nodes, and rules.
    var uses: Int32 = 0
    /// Where its operands begin, and how many they are; the place of its kernel where it has none.
    let start: Int32
    let count: Int32
  }

  fileprivate enum Operation: UInt8 {
    case kernel, not, all, any
  }

  private struct State {
    var contents = Contents()
    var numbers: [Meaning: Int32] = [:]
  }

  /// What a node says; that of a kernel by its name.
  private enum Meaning: Hashable {
    case kernel(String)
    case compound(Operation, [Int32])
  }

  /// Returns what keeps the answers for one batch, of which conditions are worked out with `constants`.
  func memo(_ constants: Constants) -> ConditionMemo { ConditionMemo(state.read { $0.contents }, constants) }

  /// Returns a kernel of which each part is marked with its node; `expression` runs it. O(nodes).
  func marked(_ kernel: Kernel, of dataset: Dataset, runBy expression: ColumnarExpression) -> (
    kernel: Kernel, node: Int32
  ) {
    let marked = marked(kernel, "\(dataset.name):", expression)
    state.change { $0.contents.nodes[Int(marked.node)].uses += 1 }
    return marked
  }

  private func marked(
    _ kernel: Kernel, _ prefix: String, _ expression: ColumnarExpression
  ) -> (kernel: Kernel, node: Int32) {
    let rebuilt: Kernel
    let node: Int32
    switch kernel {
    case .not(let inner):
      let inner = marked(inner, prefix, expression)
      (rebuilt, node) = (.not(inner.kernel), self.node(.not, [inner.node]))
    case .all(let kernels):
      let inner = kernels.map { marked($0, prefix, expression) }
      (rebuilt, node) = (.all(inner.map(\.kernel)), self.node(.all, inner.map(\.node)))
    case .any(let kernels):
      let inner = kernels.map { marked($0, prefix, expression) }
      (rebuilt, node) = (.any(inner.map(\.kernel)), self.node(.any, inner.map(\.node)))
    default:
      (rebuilt, node) = (kernel, self.node(of: kernel, kernel.name.map { prefix + $0 }, expression))
    }
    return (.shared(node, rebuilt), node)
  }

  private func node(_ operation: Operation, _ operands: [Int32]) -> Int32 {
    state.change { state in
      let meaning = Meaning.compound(operation, operands)
      if let node = state.numbers[meaning] { return node }
      let start = Int32(state.contents.operands.count)
      state.contents.operands += operands
      for operand in operands { state.contents.nodes[Int(operand)].uses += 1 }
      let node = state.contents.add(Node(operation: operation, start: start, count: Int32(operands.count)))
      state.numbers[meaning] = node
      return node
    }
  }

  /// The node of a kernel that is not put together of others; one without a name is told from all others.
  private func node(of kernel: Kernel, _ name: String?, _ expression: ColumnarExpression) -> Int32 {
    state.change { state in
      if let name, let node = state.numbers[.kernel(name)] { return node }
      let place = Int32(state.contents.kernels.count)
      state.contents.kernels.append((expression, kernel))
      let node = state.contents.add(Node(operation: .kernel, start: place, count: 0))
      if let name { state.numbers[.kernel(name)] = node }
      return node
    }
  }
}

extension ConditionGraph.Contents {
  fileprivate mutating func add(_ node: ConditionGraph.Node) -> Int32 {
    nodes.append(node)
    return Int32(nodes.count - 1)
  }
}

/// What the conditions of a graph were found to be for the rows of one batch.
///
/// It belongs to the job that has read the batch, and no other touches it: that is why it may go where the batch goes.
final class ConditionMemo: @unchecked Sendable {
  private let graph: ConditionGraph.Contents
  private let constants: Constants
  /// The answers that somebody may ask for again.
  private var truths: [TruthColumn?]

  fileprivate init(_ graph: ConditionGraph.Contents, _ constants: Constants) {
    self.graph = graph
    self.constants = constants
    truths = Array(repeating: nil, count: graph.nodes.count)
  }

  /// Returns the truth of a node for every row, worked out where that was not done yet. O(rows × nodes beneath it).
  func truth(_ place: Int32, _ batch: Batch) -> TruthColumn {
    if let known = truths[Int(place)] { return known }
    let node = graph.nodes[Int(place)]
    let truth = work(node, batch)
    if node.uses > 1 { truths[Int(place)] = truth }
    return truth
  }

  private func work(_ node: ConditionGraph.Node, _ batch: Batch) -> TruthColumn {
    func operand(_ place: Int) -> TruthColumn { truth(graph.operands[Int(node.start) + place], batch) }
    let count = Int(node.count)
    switch node.operation {
    case .kernel:
      let (expression, kernel) = graph.kernels[Int(node.start)]
      return expression.truth(kernel, batch, constants)
    case .not:
      var truth = operand(0)
      truth.invert()
      return truth
    case .all, .any:
      let isAll = node.operation == .all
      if count == 0 { return TruthColumn(repeating: isAll, count: batch.count) }
      if count == 1 { return operand(0) }
      var truth =
        isAll
        ? TruthColumn(conjunctionOf: operand(0), operand(1)) : TruthColumn(disjunctionOf: operand(0), operand(1))
      for place in 2..<count {
        if isAll { truth.formConjunction(operand(place)) } else { truth.formDisjunction(operand(place)) }
      }
      return truth
    }
  }
}

extension Kernel {
  /// What the kernel is called: the same for kernels that say the same; nil where that isn't told.
  fileprivate var name: String? {
    switch self {
    case .truth(let value): return "\(value)"
    case .field(let field): return "f\(field)"
    case .compare(let comparison, let left, let right):
      guard let left = left.name, let right = right.name else { return nil }
      return "\(comparison.rawValue)(\(left),\(right))"
    case .isNull(let value): return value.name.map { "null(\($0))" }
    case .ordered(let values):
      let names = values.compactMap(\.name)
      return names.count == values.count ? "ordered(\(names.joined(separator: ",")))" : nil
    case .distinct(let value): return value.name.map { "distinct(\($0))" }
    case .interpreted(let node): return node.structure.map { "run(\($0))" }
    case .entries(let values, let kernel):
      let names = values.compactMap(\.name)
      guard let name = kernel.name, names.count == values.count else { return nil }
      return "entries(\(names.joined(separator: ",")):\(name))"
    case .not(let kernel): return kernel.name.map { "!\($0)" }
    case .all(let kernels), .any(let kernels):
      let names = kernels.compactMap(\.name)
      let isAll = if case .all = self { true } else { false }
      return names.count == kernels.count ? "\(isAll ? "all" : "any")(\(names.joined(separator: ",")))" : nil
    case .member, .related, .shared: return nil
    }
  }
}

extension ValueKernel {
  fileprivate var name: String? {
    switch self {
    case .field(let field): return "f\(field)"
    case .constant(let node): return node.structure.map { "=\($0)" }
    case .distinct(let node, _): return node.structure.map { "of(\($0))" }
    case .pair(let function, let left, let right):
      guard let left = left.name, let right = right.name else { return nil }
      return "\(function.rawValue)(\(left),\(right))"
    case .count, .referenced, .related: return nil
    }
  }
}

extension Expression {
  /// What the expression says, without the places at which it says it; nil for the rarer kinds of nodes.
  fileprivate var structure: String? {
    switch kind {
    case .literal(let literal): return literal.structure
    case .identifier(let name): return "`\(name)`"
    case .select(let operand, let field): return operand.structure.map { "\($0).`\(field)`" }
    case .presence(let operand, let field): return operand.structure.map { "has(\($0).`\(field)`)" }
    case .call(let name, let target, let arguments):
      let parts = (target.map { [$0] } ?? []) + arguments
      let texts = parts.compactMap(\.structure)
      return texts.count == parts.count ? "\(name)\(target == nil ? "" : ".")(\(texts.joined(separator: ",")))" : nil
    case .list(let entries, let optionals):
      let texts = entries.compactMap(\.structure)
      return optionals.isEmpty && texts.count == entries.count ? "[\(texts.joined(separator: ","))]" : nil
    case .optionalSelect, .map, .message, .comprehension, .bind, .optionalMap: return nil
    }
  }
}

extension Literal {
  /// The same of a constant; what a text says is told from what stands behind it by its length.
  fileprivate var structure: String? {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): value.description
    case .uint(let value): value.description + "u"
    case .double(let value): value.description + "d"
    case .string(let text): "\(text.utf8.count)\"\(text)\""
    case .bytes: nil
    }
  }
}
