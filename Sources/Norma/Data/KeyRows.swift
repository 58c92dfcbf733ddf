/// The keys of some rows, each packed into the same number of words, so that two keys are equal if their words are.
///
/// The first word marks the parts that are written as nothing, which are null or unknown.
struct KeyRows {
  /// How many words a key takes.
  let stride: Int
  private(set) var words: [UInt64]
  /// The rows all of whose parts are one certain value, or null.
  private(set) var certain: Bitmap
  /// The rows with a part that is null.
  private(set) var withNull: Bitmap

  /// How a part of a key is packed.
  enum Form {
    case word, number
    var wordCount: Int { self == .word ? 1 : 4 }

    init(_ type: FieldType) { self = type == .decimal ? .number : .word }
  }

  /// Packs the key columns of a batch, in the order of the key; `forms` say how the keys compared with are packed.
  ///
  /// `translate` turns the codes of a text part into those of another dictionary; a nil code is of no text there.
  init(
    columns: [Column], forms: [Form], count: Int,
    translate: (_ part: Int, _ codes: [UInt32], _ dictionary: TextDictionary) -> [UInt64] = { _, codes, _ in
      codes.map { UInt64($0) }
    }
  ) {
    precondition(columns.count == forms.count && columns.count < 64, "a key of \(columns.count) parts")
    self.stride = 1 + forms.reduce(0) { $0 + $1.wordCount }
    self.words = Array(repeating: 0, count: stride * count)
    self.certain = Bitmap(repeating: true, count: count)
    self.withNull = Bitmap(repeating: false, count: count)
    var offset = 1
    for (part, column) in columns.enumerated() {
      certain.formIntersection(column.known)
      let nulls = ~column.validity
      withNull.formUnion(nulls)
      let present = column.validity & column.known
      for row in (~present).setBits { words[row * stride] |= 1 << UInt64(part) }
      pack(column, part, at: offset, present, forms[part], translate)
      offset += forms[part].wordCount
    }
  }

  private mutating func pack(
    _ column: Column, _ part: Int, at offset: Int, _ present: Bitmap, _ form: Form,
    _ translate: (Int, [UInt32], TextDictionary) -> [UInt64]
  ) {
    switch column.values {
    case .text(let codes, let dictionary):
      let translated = translate(part, codes, dictionary)
      for row in present.setBits { words[row * stride + offset] = translated[row] }
    case .slices: preconditionFailure("a reference is read from texts without codes")
    case .integers(let values):
      for row in present.setBits { pack(Rational(values[row]), row, offset, form) }
    case .decimals(let values):
      for row in present.setBits { pack(values[row], row, offset, form) }
    case .booleans(let values):
      for row in present.setBits { words[row * stride + offset] = values[row] ? 1 : 0 }
    case .dates(let days):
      for row in present.setBits { pack(days[row], days[row], row, offset) }
    case .partialDates(let lower, let upper):
      for row in present.setBits {
        pack(lower[row], upper[row], row, offset)
        if lower[row] != upper[row] { certain[row] = false }
      }
    case .timestamps(let values):
      for row in present.setBits { words[row * stride + offset] = UInt64(bitPattern: values[row]) }
    }
  }

  /// A word that no key of 64-bit integers or codes marks as present: its parts do not reach bit 63.
  private static let unmatchable: UInt64 = 1 << 63

  private mutating func pack(_ number: Rational, _ row: Int, _ offset: Int, _ form: Form) {
    let start = row * stride + offset
    switch form {
    case .word:
      if let integer = number.integer {
        words[start] = UInt64(bitPattern: integer)
      } else {
        words[row * stride] |= Self.unmatchable
      }
    case .number:
      for (index, half) in [number.numerator, number.denominator].enumerated() {
        words[start + index * 2] = UInt64(truncatingIfNeeded: half)
        words[start + index * 2 + 1] = UInt64(truncatingIfNeeded: half >> 64)
      }
    }
  }

  private mutating func pack(_ lower: Int32, _ upper: Int32, _ row: Int, _ offset: Int) {
    words[row * stride + offset] = UInt64(UInt32(bitPattern: lower)) << 32 | UInt64(UInt32(bitPattern: upper))
  }
}
