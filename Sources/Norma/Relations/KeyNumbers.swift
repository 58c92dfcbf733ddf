/// Numbers the keys of some rows from 0, so that what is known of a key is found in an array.
///
/// A key that is one text has the code of the text in a dictionary, which columns mostly hold already. Whole numbers and days
/// are looked up as they stand in a column, others as values, and a key of several parts by the numbers of its parts.
struct KeyNumbers: Sendable {
  /// Stands for a row that has none of the keys; what comes before it may be the number of a text that was seen later.
  static let none = UInt32.max

  private let form: Form
  private var integers: [Int64: UInt32] = [:]
  private var values: [Cell: UInt32] = [:]
  /// The numbers of the parts of a key that has several.
  private var parts: [KeyNumbers] = []
  /// For each part but the first the number of what the parts up to it are, by the numbers of those before it and of its own.
  private var pairs: [[Pair: UInt32]] = []

  /// How keys are told apart.
  private enum Form {
    case text(TextDictionary)
    case number, day, other, several
  }

  private struct Pair: Hashable {
    let head: UInt32
    let tail: UInt32
  }

  /// Creates an empty numbering for keys that are values of fields; of each field that holds texts, `dictionaries` has the one
  /// whose codes its columns have, if they share one.
  init(_ fields: [Field], _ dictionaries: [TextDictionary?]) {
    precondition(fields.count == dictionaries.count && !fields.isEmpty, "keys are numbered that have no parts")
    switch fields[0].type {
    case _ where fields.count > 1:
      form = .several
      parts = fields.indices.map { KeyNumbers([fields[$0]], [dictionaries[$0]]) }
      pairs = Array(repeating: [:], count: fields.count - 1)
    case .text: form = .text(dictionaries[0] ?? TextDictionary())
    case .integer, .decimal: form = .number
    case .date: form = .day
    default: form = .other
    }
  }

  /// How many numbers there are.
  var count: Int {
    switch form {
    case .text(let dictionary): dictionary.count
    case .several: pairs[pairs.count - 1].count
    default: integers.count + values.count
    }
  }

  /// Returns the number of a key; nil where it has none. O(parts).
  func number(of key: KeyValue) -> UInt32? {
    switch key {
    case .one(let cell): return number(of: cell)
    case .several(let cells):
      guard cells.count == parts.count, var number = parts[0].number(of: cells[0]) else { return nil }
      for place in 1..<parts.count {
        guard let tail = parts[place].number(of: cells[place]),
          let next = pairs[place - 1][Pair(head: number, tail: tail)]
        else { return nil }
        number = next
      }
      return number
    }
  }

  private func number(of cell: Cell) -> UInt32? {
    switch (form, cell) {
    case (.text(let dictionary), .text(let text)): dictionary.code(of: text)
    case (.number, .integer(let number)): integers[number]
    case (.day, .date(let day)): integers[Int64(day.dayNumber)]
    default: values[cell]
    }
  }

  /// Returns for each row of a key's columns its number; for rows whose key isn't known or is null it says nothing. O(rows).
  func numbers(of columns: [Column]) -> [UInt32] {
    if case .several = form {
      var numbers = parts[0].numbers(of: [columns[0]])
      for place in 1..<parts.count {
        let tails = parts[place].numbers(of: [columns[place]])
        for row in numbers.indices where numbers[row] != Self.none {
          numbers[row] = pairs[place - 1][Pair(head: numbers[row], tail: tails[row])] ?? Self.none
        }
      }
      return numbers
    }
    let column = columns[0]
    switch (form, column.values) {
    case (.text(let dictionary), .text(let codes, let other)) where other === dictionary: return codes
    case (.text(let dictionary), .slices(let ranges, let bytes)):
      return dictionary.knownCodes(of: ranges, in: bytes, otherwise: Self.none)
    case (.number, .integers(let numbers)): return numbers.map { integers[$0] ?? Self.none }
    case (.day, .dates(let days)): return days.map { integers[Int64($0)] ?? Self.none }
    default: return (0..<column.count).map { number(of: column[$0].normalized) ?? Self.none }
    }
  }

  /// Returns for each row the number of its key, which gets one where it is new; `none` for rows whose key isn't known or is
  /// null. O(rows).
  mutating func insert(_ columns: [Column]) -> [UInt32] {
    if case .several = form {
      var numbers = parts[0].insert([columns[0]])
      for place in 1..<parts.count {
        let tails = parts[place].insert([columns[place]])
        for row in numbers.indices where numbers[row] != Self.none {
          numbers[row] =
            tails[row] == Self.none
            ? Self.none : Self.insert(Pair(head: numbers[row], tail: tails[row]), into: &pairs[place - 1])
        }
      }
      return numbers
    }
    let column = columns[0]
    let open = column.openRows | ~column.validity
    if case .text(let dictionary) = form, case .text(var codes, let other) = column.values, other === dictionary {
      for row in open.setBits { codes[row] = Self.none }
      return codes
    }
    var numbers = [UInt32](repeating: Self.none, count: column.count)
    for row in (~open).setBits { numbers[row] = insert(column, row) }
    return numbers
  }

  private mutating func insert(_ column: Column, _ row: Int) -> UInt32 {
    switch (form, column.values) {
    case (.number, .integers(let numbers)): return insert(numbers[row])
    case (.day, .dates(let days)): return insert(Int64(days[row]))
    default: break
    }
    let cell = column[row].normalized
    switch (form, cell) {
    case (.text(let dictionary), .text(let text)): return dictionary.insert(text)
    case (.number, .integer(let number)): return insert(number)
    // Dates of which the day may be open are kept in another form, and are the same days.
    case (.day, .date(let day)): return insert(Int64(day.dayNumber))
    case (.text, _): preconditionFailure("a key that is a text has a value that is none")
    default:
      let number = values[cell] ?? UInt32(count)
      values[cell] = number
      return number
    }
  }

  private mutating func insert(_ integer: Int64) -> UInt32 {
    if let number = integers[integer] { return number }
    let number = UInt32(integers.count + values.count)
    integers[integer] = number
    return number
  }

  private static func insert(_ pair: Pair, into pairs: inout [Pair: UInt32]) -> UInt32 {
    if let number = pairs[pair] { return number }
    let number = UInt32(pairs.count)
    pairs[pair] = number
    return number
  }
}

/// The rows of keys, by the numbers of these: the rows of one stand one after another.
struct RowsByNumber: Sendable {
  private var offsets: [Int32] = [0]
  private var rows: [Int32] = []

  /// Orders rows by their keys' numbers, of which there are `count`; ``KeyNumbers/none`` is none. O(rows).
  init(_ numbers: [UInt32], count: Int) {
    var counts = [Int32](repeating: 0, count: count)
    for number in numbers where number != KeyNumbers.none { counts[Int(number)] += 1 }
    offsets.reserveCapacity(count + 1)
    for count in counts { offsets.append(offsets[offsets.count - 1] + count) }
    rows = Array(repeating: 0, count: Int(offsets[offsets.count - 1]))
    var next = offsets
    for (row, number) in numbers.enumerated() where number != KeyNumbers.none {
      rows[Int(next[Int(number)])] = Int32(row)
      next[Int(number)] += 1
    }
  }

  /// For how many numbers there is a place.
  var count: Int { offsets.count - 1 }

  /// Returns the rows of a number, in their order; none for a number that is too great. O(1).
  subscript(number: UInt32) -> ArraySlice<Int32> {
    Int(number) < count ? rows[Int(offsets[Int(number)])..<Int(offsets[Int(number) + 1])] : []
  }
}
