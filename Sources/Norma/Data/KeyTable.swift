/// The distinct keys of a dataset's rows.
public struct KeyTable: Sendable {
  private let forms: [KeyRows.Form]
  /// The dictionaries of the text parts, nil for other parts, once a row was seen.
  private(set) var dictionaries: [TextDictionary?] = []
  private let stride: Int
  /// For keys of one text the codes that were seen, a bit for each, instead of all that follows.
  private var codes: [UInt64] = []
  private let isText: Bool
  /// The distinct keys, one after another.
  private var words: [UInt64] = []
  private var hashes: [UInt64] = []
  /// One more than the number of the key in that place; 0 where it is free. The size is a power of two.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)

  /// Creates an empty table for keys whose parts have `types`.
  public init(types: [FieldType]) {
    self.forms = types.map { KeyRows.Form($0) }
    isText = types == [.text]
    self.stride = 1 + forms.reduce(0) { $0 + $1.wordCount }
  }

  /// Creates the table of the keys of a dataset's rows. O(rows).
  init(of batches: [Batch], in dataset: Dataset) {
    let fields = dataset.keyFields
    self.init(types: fields.map { dataset.fields[$0].type })
    for batch in batches { insert(fields.map { batch.column(ofField: $0) }, count: batch.count) }
  }

  /// Adds the keys of rows, given as the columns of the key's parts. O(rows).
  public mutating func insert(_ columns: [Column], count: Int) {
    dictionaries = columns.map { column in
      if case .text(_, let dictionary) = column.values { dictionary } else { nil }
    }
    if isText, let column = columns.first, case .text(let texts, let dictionary) = column.values {
      let missing = (dictionary.count + 63) / 64 - codes.count
      if missing > 0 { codes += repeatElement(0, count: missing) }
      for row in (column.validity & column.known).setBits {
        codes[Int(texts[row] >> 6)] |= 1 << UInt64(texts[row] & 63)
      }
      return
    }
    let rows = KeyRows(columns: columns, forms: forms, count: count)
    for row in 0..<count { insert(rows, row) }
  }

  /// How each part is packed.
  var partForms: [KeyRows.Form] { forms }

  /// Whether a row with this key, whose parts are certain and not null, was seen.
  func contains(_ rows: KeyRows, _ row: Int) -> Bool {
    // A text that is in no key has no code among theirs.
    isText
      ? UInt32(exactly: rows.words[row * rows.stride + 1]).map { contains(code: $0) } ?? false : containsKey(rows, row)
  }

  /// Whether the keys are single texts of this dictionary, so that their codes are its own.
  func isCoded(by dictionary: TextDictionary) -> Bool {
    isText && dictionaries.first.map { $0 === dictionary } ?? false
  }

  /// Whether a key of one text, given by its code, was seen.
  func contains(code: UInt32) -> Bool {
    let word = Int(code >> 6)
    return word < codes.count && codes[word] & (1 << UInt64(code & 63)) != 0
  }

  /// Whether all texts with codes below `count` are keys. O(count / 64).
  func containsAll(codesBelow count: Int) -> Bool {
    if count > codes.count * 64 { return false }
    for word in 0..<count >> 6 where codes[word] != .max { return false }
    let rest: UInt64 = 1 << UInt64(count & 63) - 1
    return rest == 0 || codes[count >> 6] & rest == rest
  }

  private func containsKey(_ rows: KeyRows, _ row: Int) -> Bool {
    slots[place(of: rows, row, hash: Self.hash(rows, row))] != 0
  }

  private mutating func insert(_ rows: KeyRows, _ row: Int) {
    let hash = Self.hash(rows, row)
    let place = place(of: rows, row, hash: hash)
    if slots[place] != 0 { return }
    let key = hashes.count
    for index in 0..<stride { words.append(rows.words[row * stride + index]) }
    hashes.append(hash)
    slots[place] = UInt32(key) + 1
    if hashes.count * 2 > slots.count { grow() }
  }

  /// Returns the place that holds the key, or the free place where it belongs.
  private func place(of rows: KeyRows, _ row: Int, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[place] != 0 {
      let key = Int(slots[place] - 1)
      if hashes[key] == hash, equals(key, rows, row) { return place }
      place = (place + 1) & mask
    }
    return place
  }

  private func equals(_ key: Int, _ rows: KeyRows, _ row: Int) -> Bool {
    for index in 0..<stride where words[key * stride + index] != rows.words[row * stride + index] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (key, hash) in hashes.enumerated() {
      var place = Int(truncatingIfNeeded: hash >> 32) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = UInt32(key) + 1
    }
  }

  private static func hash(_ rows: KeyRows, _ row: Int) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for index in 0..<rows.stride {
      let product = (hash ^ rows.words[row * rows.stride + index]).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
      hash = product.high ^ product.low &+ 0x2545_F491_4F6C_DD1D
    }
    return hash
  }
}
