/// A figure as somebody wrote it: `sum(amount)`, `count()`.
struct AggregationSource: Sendable {
  /// How the amounts become one figure.
  let aggregation: Aggregation
  /// What is added up; nil where rows are counted.
  let value: ExpressionSource?
  /// Where it stands.
  let location: SourceLocation
}

extension MappingReader {
  /// Reads a figure: the name of an aggregation with an expression in parentheses, which only `count` may be without.
  func aggregation(_ node: YAMLNode) -> AggregationSource? {
    guard let source = expression(node) else { return nil }
    let scalars = Array(source.text.unicodeScalars)
    let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    guard let open = scalars.firstIndex(of: "("), let close = scalars.lastIndex(of: ")"), open < close,
      scalars[(close + 1)...].allSatisfy(isBlank)
    else { return wrongFigure(node) }
    let name = String(String.UnicodeScalarView(scalars[..<open].drop(while: isBlank)))
    guard let aggregation = Aggregation(rawValue: String(name.trimmingSuffix(" "))) else { return wrongFigure(node) }
    let inner = (open + 1)..<close
    if scalars[inner].allSatisfy(isBlank) {
      guard aggregation == .count else { return wrongFigure(node) }
      return AggregationSource(aggregation: .count, value: nil, location: at(node.range))
    }
    return AggregationSource(aggregation: aggregation, value: source.part(inner), location: at(node.range))
  }

  private func wrongFigure(_ node: YAMLNode) -> AggregationSource? {
    expected(.figure, node)
    return nil
  }
}

extension String {
  /// The text without the given scalars at its end.
  fileprivate func trimmingSuffix(_ blank: Unicode.Scalar) -> Substring {
    var end = unicodeScalars.endIndex
    while end > unicodeScalars.startIndex, unicodeScalars[unicodeScalars.index(before: end)] == blank {
      end = unicodeScalars.index(before: end)
    }
    return Substring(unicodeScalars[..<end])
  }
}
