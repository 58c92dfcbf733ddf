@testable import Norma

/// Changes texts in ways that readers stumble over; the same seed makes the same changes.
struct Mutator {
  private var random: SeededGenerator
  private let words: [[UInt8]]

  /// Creates a mutator that also puts in the words of a grammar.
  init(seed: UInt64, words: [String]) {
    random = SeededGenerator(seed: seed)
    self.words = (words + Self.oddities).map { Array($0.utf8) }
  }

  /// Texts that are hard on readers of any kind: odd scalars, huge numbers, and what ends or nests.
  private static let oddities = [
    "\u{0}", "\u{FEFF}", "\u{202E}", "e\u{301}", "\u{1F468}\u{200D}\u{1F469}", "\u{FF1A}", "\u{3000}", "\u{FF0C}",
    "\r\n", "\r", "\t",
    "9223372036854775808", "-9223372036854775808", "1e309", "0.00000000000000000000000000000000000001",
    "99999999999999999999999999999999999999999999", "9999-12-31", "0000-00-00", "((((((((((((((((((((",
    "[[[[[[[[[[[[[[[[[[[[",
    "{{{{{{{{{{{{{{{{{{{{", "\"\"", "''", "\\", "#", "&a", "*a", "!!binary", "---", "...", "? ", ": ", "- ", "|", ">",
    "%",
  ]

  /// Returns a text made of one or two others.
  mutating func mutate(_ seed: [UInt8], beside other: [UInt8]) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes, other) }
    return Array(bytes.prefix(20_000))
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let length = Int.random(in: 0...max(0, min(40, bytes.count - place)), using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes.replaceSubrange(place..<(place + length), with: [])
    case 1: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
    case 2: bytes.replaceSubrange(place..<(place + length), with: words.randomElement(using: &random) ?? [])
    case 3: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
    case 4:
      let from = Int.random(in: 0...other.count, using: &random)
      bytes.insert(contentsOf: other[from..<min(other.count, from + 200)], at: place)
    case 5 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 6:
      let piece = Array(bytes[place..<(place + length)])
      for _ in 0..<Int.random(in: 2...60, using: &random) { bytes.insert(contentsOf: piece, at: place) }
    default:
      let from = Int.random(in: 0...bytes.count, using: &random)
      let moved = Array(bytes[place..<(place + length)])
      bytes.insert(contentsOf: moved, at: min(from, bytes.count))
    }
  }
}
