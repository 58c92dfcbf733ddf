/// The keys of a rule's subjects as codes of their parts, and the subject of every key.
///
/// The codes of a part are small, so that the subjects of keys of one part are places in an array; those of several parts
/// are looked up in a hash table.
struct SubjectKeys: Sendable {
  /// How many parts a key has.
  private let width: Int
  /// The keys, one after another.
  private var codes: [Int32] = []
  /// How many keys there are.
  private(set) var count = 0
  /// For keys of one part the subject of each code, or `none`.
  private var subjectsByCode: [Int32] = []
  /// For other keys, and for codes that stand for nothing, the subject of each key.
  private var subjects: [[Int32]: Int32] = [:]

  private static let none: Int32 = -1

  init(width: Int) {
    self.width = width
  }

  /// Returns the codes of a subject's key. O(parts).
  subscript(subject: Int) -> [Int32] { Array(codes[subject * width..<(subject + 1) * width]) }

  /// Returns the code of one part of a subject's key. O(1).
  func code(of subject: Int, part: Int) -> Int32 { codes[subject * width + part] }

  /// Returns the subject with a key; nil where there is none. O(parts).
  func subject(of key: [Int32]) -> Int32? {
    if width == 1, Self.isSmall(key[0]) { return subject(ofCode: key[0]) }
    return subjects[key]
  }

  /// Returns the subject whose key is one code; nil where there is none. O(1).
  func subject(ofCode code: Int32) -> Int32? {
    let found = Int(code) < subjectsByCode.count ? subjectsByCode[Int(code)] : Self.none
    return found == Self.none ? nil : found
  }

  /// Adds a subject. O(parts), amortized.
  mutating func append(_ key: [Int32]) {
    codes += key
    setSubject(of: key, to: Int32(count))
    count += 1
  }

  /// Puts the subjects in another order, the first of which is the subject `order[0]` so far. O(subjects).
  mutating func reorder(_ order: [Int]) {
    let old = self
    codes = []
    for (place, subject) in order.enumerated() {
      let key = old[subject]
      codes += key
      setSubject(of: key, to: Int32(place))
    }
  }

  private mutating func setSubject(of key: [Int32], to subject: Int32) {
    guard width == 1, Self.isSmall(key[0]) else {
      subjects[key] = subject
      return
    }
    let code = Int(key[0])
    if code >= subjectsByCode.count {
      let missing = max(code + 1, subjectsByCode.count * 2) - subjectsByCode.count
      subjectsByCode.append(contentsOf: repeatElement(Self.none, count: missing))
    }
    subjectsByCode[code] = subject
  }

  /// Whether a code is of a value: subjects without a known key have codes that no row can have, from the greatest down.
  private static func isSmall(_ code: Int32) -> Bool { code < .max / 2 }
}
