import CEL
import Testing

/// How unknown values and errors go through expressions.
@Suite struct UnknownTests {
  private struct Case: CustomTestStringConvertible {
    let expression: String
    let expected: String

    init(_ expression: String, _ expected: String) {
      self.expression = expression
      self.expected = expected
    }

    var testDescription: String { "\(expression) is \(expected)" }
  }

  private static let cases: [Case] = [
    Case("u && false", "false"), Case("false && u", "false"), Case("u && true", "unknown u"),
    Case("u || true", "true"), Case("true || u", "true"), Case("u || false", "unknown u"), Case("!u", "unknown u"),
    Case("u && v", "unknown u v"), Case("u || v", "unknown u v"), Case("1 / 0 > 0 && false", "false"),
    Case("1 / 0 > 0 || true", "true"), Case("1 / 0 > 0 && u", "unknown u"), Case("u && 1 / 0 > 0", "unknown u"),
    Case("u ? 1 : 1", "unknown u"), Case("true ? 1 : n", "1"), Case("n + 1", "unknown n"),
    Case("n == null", "unknown n"),
    Case("n == n", "unknown n"), Case("[1, n]", "unknown n"), Case("1 in [1, n]", "unknown n"),
    Case("n in [1]", "unknown n"),
    Case("size([n])", "unknown n"), Case("[1, 2].exists(x, u)", "unknown u"),
    Case("[1, 2].exists(x, x == 2 || u)", "true"),
    Case("[1, 2].all(x, x == 2 && u)", "false"), Case("[1, 2].map(x, n)", "unknown n"), Case("{'a': n}", "unknown n"),
    Case("1 / 0", "error"), Case("[1][3]", "error"), Case("missing", "error"),
  ]

  @Test("unknowns and errors are absorbed where the other side decides, and nowhere else", arguments: cases)
  private func propagation(_ item: Case) throws {
    let program = Program(try Parser.parse(item.expression), functions: .standard())
    let activation = Bindings([
      "u": .unknown(UnknownSet("u")), "v": .unknown(UnknownSet("v")), "n": .unknown(UnknownSet("n")),
    ])
    let text =
      switch program.evaluate(activation) {
      case .unknown(let set): "unknown " + set.attributes.sorted().joined(separator: " ")
      case .error: "error"
      case .bool(let value): "\(value)"
      case .int(let value): "\(value)"
      default: "something else"
      }
    #expect(text == item.expected)
  }
}
