@testable import Norma

/// A rule file in which markers such as 1️⃣ stand before the places where diagnostics are expected.
struct MarkedSource {
  /// The text without its markers.
  let text: String
  /// The places of the markers, the first one's first.
  let places: [SourcePosition]

  init(_ source: String) {
    var text = String.UnicodeScalarView()
    var places: [Int: SourcePosition] = [:]
    var (line, column) = (1, 1)
    let scalars = Array(source.unicodeScalars)
    var index = 0
    while index < scalars.count {
      // A marker is a digit with the two scalars that make it a keycap.
      if index + 2 < scalars.count, scalars[index + 1] == "\u{FE0F}", scalars[index + 2] == "\u{20E3}" {
        places[Int(scalars[index].value) - 48] = SourcePosition(line: line, column: column)
        index += 3
        continue
      }
      text.append(scalars[index])
      if scalars[index] == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
      index += 1
    }
    self.text = String(text)
    self.places = places.keys.sorted().compactMap { places[$0] }
  }
}
