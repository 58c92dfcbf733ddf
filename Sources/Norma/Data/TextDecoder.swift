/// Checks texts against their field's limits, each distinct text once, and gives them codes if they are needed.
struct TextDecoder {
  let limits: TextLimits
  /// The codes that the columns hold; nil if no column is made.
  private let dictionary: TextDictionary?
  /// Where texts are counted that are only checked; it is emptied before it grows large.
  private var passing = TextDictionary()
  /// What is wrong with each text, by its code; nil where none of our rows had it yet: others may use the dictionary too.
  private var verdicts: [Verdict?] = []

  private enum Verdict {
    case fine
    case wrong(DataProblem)
  }

  /// The greatest number of distinct texts that are remembered just to check them once.
  private static let passingLimit = 1 << 16

  init(limits: TextLimits, dictionary: TextDictionary?) {
    self.limits = limits
    self.dictionary = dictionary
  }

  /// Returns the codes of the texts at `ranges`, of which some may be missing, and reports each that breaks a limit.
  ///
  /// Without a dictionary the codes mean nothing.
  mutating func check(
    _ ranges: [CellRange], in bytes: [UInt8], report: (_ record: Int, _ problem: DataProblem) -> Void
  ) -> [UInt32] {
    if limits.allowEverything { return dictionary?.codes(of: ranges, in: bytes) ?? [] }
    if dictionary == nil, passing.count > Self.passingLimit {
      passing = TextDictionary()
      verdicts = []
    }
    let dictionary = dictionary ?? passing
    let codes = dictionary.codes(of: ranges, in: bytes)
    let missing = dictionary.count - verdicts.count
    if missing > 0 { verdicts += repeatElement(nil, count: missing) }
    for (record, code) in codes.enumerated() where !ranges[record].isMissing {
      let verdict = verdicts[Int(code)] ?? limits.problem(of: dictionary[code]).map { .wrong($0) } ?? .fine
      verdicts[Int(code)] = verdict
      if case .wrong(let problem) = verdict { report(record, problem) }
    }
    return codes
  }
}
