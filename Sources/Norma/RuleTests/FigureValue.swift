/// A figure under the name that reports give it.
public enum FigureValue: Hashable, Sendable {
  /// The lowest and the highest that it can be; nil where there is no limit.
  case bounds(low: Rational?, high: Rational?)
  /// A day; nil where there is none.
  case day(CivilDate?)
  /// Requirements by their places, from 1.
  case places([Int])

  /// The value as a test writes it.
  public var text: String {
    func written(_ number: Rational?) -> String { number?.description ?? "null" }
    switch self {
    case .bounds(let low, let high): return low == high ? written(low) : "[\(written(low)), \(written(high))]"
    case .day(let day): return day?.description ?? "null"
    case .places(let places): return "[\(places.map(String.init).joined(separator: ", "))]"
    }
  }

  /// Whether it is what a test expects.
  func agrees(with expected: ExpectedFigure.Value) -> Bool {
    switch (self, expected) {
    case (.bounds(let low, let high), .number(let number)): low == number && high == number
    case (.bounds(let low, let high), .list(let bounds)): bounds == [low, high]
    case (.bounds(nil, nil), .nothing), (.day(nil), .nothing), (.places([]), .nothing): true
    case (.day(let day), .day(let wanted)): day == wanted
    case (.places(let places), .number(let number)): places.map { Rational($0) } == [number]
    case (.places(let places), .list(let numbers)): places.map { Rational($0) } == numbers
    default: false
    }
  }
}

extension Figures {
  /// The figures by the names that reports give them, days and places included.
  var values: [(name: String, value: FigureValue)] {
    switch self {
    case .earliest(let earliest): [("received", .day(earliest.certain))]
    case .response(let days): [("since", .day(days.since)), ("done", .day(days.done))]
    case .requirements(let failed, let unknown):
      [("failed", .places(failed.map { $0 + 1 })), ("unknown", .places(unknown.map { $0 + 1 }))]
    default:
      named.map { figure in
        let bounds = figure.bounds
        return (figure.name, .bounds(low: bounds.hasRows ? bounds.low : nil, high: bounds.hasRows ? bounds.high : nil))
      }
    }
  }
}
