internal import CEL

/// Numbers the conditions of all rules, so that what several of them ask of the same rows is worked out once.
///
/// Two kernels are the same if they are written alike, whatever rule they stand in; those whose constants differ from period
/// to period, or that look at other rows, are kept apart.
final class SharedKernels: Sendable {
  private let state = SharedState(State())

  private struct State {
    var numbers: [String: Int] = [:]
    var repeats: [Bool] = []
    var hasRepeats = false
  }

  /// Returns what remembers the kernels of a batch that were asked for more than once; nil where there are none.
  func memo() -> KernelMemo? {
    state.read { $0.hasRepeats ? KernelMemo($0.repeats) : nil }
  }

  /// Returns a kernel of which each part that has a name is marked with its number. O(nodes).
  func marked(_ kernel: Kernel, of dataset: Dataset) -> Kernel {
    marked(kernel, "\(dataset.name):").kernel
  }

  private func marked(_ kernel: Kernel, _ prefix: String) -> (kernel: Kernel, name: String?) {
    switch kernel {
    case .truth, .field, .member, .related, .shared: return (kernel, kernel.name)
    case .not(let inner):
      let inner = marked(inner, prefix)
      // Turning bits over is as cheap as looking them up.
      return (.not(inner.kernel), inner.name.map { "!\($0)" })
    case .all(let kernels), .any(let kernels):
      let inner = kernels.map { marked($0, prefix) }
      let names = inner.compactMap(\.name)
      let isAll = if case .all = kernel { true } else { false }
      let rebuilt: Kernel = isAll ? .all(inner.map(\.kernel)) : .any(inner.map(\.kernel))
      guard names.count == inner.count else { return (rebuilt, nil) }
      let name = "\(isAll ? "all" : "any")(\(names.joined(separator: ",")))"
      return (.shared(number(of: prefix + name), rebuilt), name)
    case .entries(let values, let inner):
      let inner = marked(inner, prefix)
      let names = values.compactMap(\.name)
      guard let name = inner.name, names.count == values.count else { return (.entries(values, inner.kernel), nil) }
      let whole = "entries(\(names.joined(separator: ",")):\(name))"
      return (.shared(number(of: prefix + whole), .entries(values, inner.kernel)), whole)
    case .compare, .isNull, .ordered, .distinct, .interpreted:
      guard let name = kernel.name else { return (kernel, nil) }
      return (.shared(number(of: prefix + name), kernel), name)
    }
  }

  private func number(of name: String) -> Int {
    state.change { state in
      if let number = state.numbers[name] {
        state.repeats[number] = true
        state.hasRepeats = true
        return number
      }
      let number = state.numbers.count
      state.numbers[name] = number
      state.repeats.append(false)
      return number
    }
  }
}

/// What shared kernels have found out about the rows of one batch.
///
/// It belongs to the job that has read the batch, and no other touches it: that is why it may go where the batch goes.
final class KernelMemo: @unchecked Sendable {
  /// The kernels that nobody asks for again are not worth remembering.
  private let repeats: [Bool]
  private var truths: [TruthColumn?]

  fileprivate init(_ repeats: [Bool]) {
    self.repeats = repeats
    truths = Array(repeating: nil, count: repeats.count)
  }

  /// Returns the truth of the kernel with a number, worked out where that was not done yet.
  func truth(_ number: Int, _ work: () -> TruthColumn) -> TruthColumn {
    guard repeats[number] else { return work() }
    if let known = truths[number] { return known }
    let truth = work()
    truths[number] = truth
    return truth
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
    case .all, .any, .not, .entries, .member, .related, .shared: return nil
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
