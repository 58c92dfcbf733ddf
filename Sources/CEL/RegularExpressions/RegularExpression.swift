/// A regular expression in the syntax of RE2, matched in time linear in the text.
///
/// It is run as a set of states that advance together over the text (Thompson's construction), so that no pattern can
/// make it search for long: O(text × pattern).
public struct RegularExpression: Sendable {
  private let program: [Instruction]

  /// What is wrong with a pattern.
  public enum Problem: Error, Hashable, Sendable {
    case syntax(String)
    case tooLarge
  }

  /// Compiles a pattern of at most a few thousand states.
  public init(_ pattern: String) throws(Problem) {
    var parser = RegularExpressionParser(Array(pattern.unicodeScalars))
    let node = try parser.parse()
    var compiler = Compiler()
    try compiler.compile(node)
    try compiler.add(.match)
    program = compiler.instructions
  }

  /// Whether some part of `text` matches.
  public func matches(_ text: String) -> Bool { run(Array(text.unicodeScalars), isWhole: false) }

  /// Whether the whole of `text` matches.
  public func wholeMatches(_ text: String) -> Bool { run(Array(text.unicodeScalars), isWhole: true) }

  enum Instruction: Sendable {
    case scalars(ScalarSet)
    case split(Int, Int)
    case jump(Int)
    case assertion(RegularExpressionNode.Assertion)
    case match
  }

  private struct Compiler {
    var instructions: [Instruction] = []

    mutating func add(_ instruction: Instruction) throws(Problem) {
      if instructions.count >= 20_000 { throw .tooLarge }
      instructions.append(instruction)
    }

    mutating func compile(_ node: RegularExpressionNode) throws(Problem) {
      switch node {
      case .empty: break
      case .scalars(let set): try add(.scalars(set))
      case .assertion(let assertion): try add(.assertion(assertion))
      case .sequence(let nodes): for node in nodes { try compile(node) }
      case .alternatives(let nodes):
        var jumps: [Int] = []
        for (place, node) in nodes.enumerated() {
          if place == nodes.count - 1 {
            try compile(node)
          } else {
            let split = instructions.count
            try add(.split(0, 0))
            try compile(node)
            jumps.append(instructions.count)
            try add(.jump(0))
            instructions[split] = .split(split + 1, instructions.count)
          }
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
      case .repeated(let node, let least, let most):
        for _ in 0..<least { try compile(node) }
        if let most {
          var splits: [Int] = []
          for _ in least..<max(least, most) {
            splits.append(instructions.count)
            try add(.split(0, 0))
            try compile(node)
          }
          for split in splits { instructions[split] = .split(split + 1, instructions.count) }
        } else {
          let split = instructions.count
          try add(.split(0, 0))
          try compile(node)
          try add(.jump(split))
          instructions[split] = .split(split + 1, instructions.count)
        }
      }
    }
  }

  private func run(_ text: [Unicode.Scalar], isWhole: Bool) -> Bool {
    var current = StateSet(count: program.count)
    var next = StateSet(count: program.count)
    for place in 0...text.count {
      if !isWhole || place == 0 { add(0, to: &current, text, place) }
      var matched = false
      next.removeAll()
      for state in current.states {
        switch program[state] {
        case .match where !isWhole || place == text.count: matched = true
        case .scalars(let set):
          if place < text.count, set.contains(text[place]) { add(state + 1, to: &next, text, place + 1) }
        default: break
        }
      }
      if matched { return true }
      swap(&current, &next)
    }
    return false
  }

  private struct StateSet {
    var states: [Int] = []
    var contained: [Bool]

    init(count: Int) {
      contained = Array(repeating: false, count: count)
    }

    mutating func insert(_ state: Int) -> Bool {
      if contained[state] { return false }
      contained[state] = true
      states.append(state)
      return true
    }

    mutating func removeAll() {
      for state in states { contained[state] = false }
      states.removeAll(keepingCapacity: true)
    }
  }

  private func add(_ state: Int, to set: inout StateSet, _ text: [Unicode.Scalar], _ place: Int) {
    var stack = [state]
    while let state = stack.popLast() {
      guard set.insert(state) else { continue }
      switch program[state] {
      case .jump(let target): stack.append(target)
      case .split(let first, let second):
        stack.append(second)
        stack.append(first)
      case .assertion(let assertion):
        if assertion.holds(in: text, at: place) { stack.append(state + 1) }
      case .scalars, .match: break
      }
    }
  }
}
