extension Column {
  /// Makes a column of single cells; one that is not of the field's type is unknown. O(cells).
  init(_ cells: [Cell], type: FieldType, dictionary: TextDictionary) {
    var cells = cells
    for place in cells.indices { cells[place] = cells[place].converted(to: type) }
    let known = Bitmap(cells.map { $0 != .unknown })
    let validity = Bitmap(cells.map { $0 != .null })
    let values: Values
    switch type {
    case .integer: values = .integers(cells.map { if case .integer(let value) = $0 { value } else { 0 } })
    case .decimal: values = .decimals(cells.map { if case .decimal(let value) = $0 { value } else { .zero } })
    case .boolean: values = .booleans(Bitmap(cells.map { $0 == .boolean(true) }))
    case .text:
      values = .text(cells.map { if case .text(let text) = $0 { dictionary.insert(text) } else { 0 } }, dictionary)
    case .date: values = .dates(cells.map { if case .date(let date) = $0 { date.dayNumber } else { CivilDate.noDay } })
    case .partialDate:
      var (lower, upper): ([Int32], [Int32]) = ([], [])
      for cell in cells {
        switch cell {
        case .date(let date):
          lower.append(date.dayNumber)
          upper.append(date.dayNumber)
        case .interval(let first, let last):
          lower.append(first.dayNumber)
          upper.append(last.dayNumber)
        default:
          lower.append(0)
          upper.append(0)
        }
      }
      values = .partialDates(lower: lower, upper: upper)
    case .timestamp:
      values = .timestamps(cells.map { if case .timestamp(let value) = $0 { value } else { 0 } })
    }
    self.init(values: values, validity: validity, known: known)
  }

  /// Makes one column of columns of one type, one after another. O(rows).
  init(joining columns: [Column], type: FieldType) {
    func all<Value>(_ part: (Values) -> [Value]?) -> [Value] { columns.flatMap { part($0.values) ?? [] } }
    let values: Values =
      switch type {
      case .integer: .integers(all { if case .integers(let values) = $0 { values } else { nil } })
      case .decimal: .decimals(all { if case .decimals(let values) = $0 { values } else { nil } })
      case .boolean: .booleans(Bitmap(joining: all { if case .booleans(let bits) = $0 { [bits] } else { nil } }))
      case .text: Self.texts(columns)
      case .date: .dates(all { if case .dates(let days) = $0 { days } else { nil } })
      case .partialDate:
        .partialDates(
          lower: all { if case .partialDates(let lower, _) = $0 { lower } else { nil } },
          upper: all { if case .partialDates(_, let upper) = $0 { upper } else { nil } })
      case .timestamp: .timestamps(all { if case .timestamps(let values) = $0 { values } else { nil } })
      }
    self.init(
      values: values, validity: Bitmap(joining: columns.map(\.validity)), known: Bitmap(joining: columns.map(\.known)))
  }

  /// The texts of several columns as codes of one dictionary: theirs where they share one.
  private static func texts(_ columns: [Column]) -> Values {
    var shared: TextDictionary?
    let areShared = columns.allSatisfy { column in
      if (column.validity & column.known).isEmpty { return true }
      guard case .text(_, let other) = column.values else { return false }
      shared = shared ?? other
      return other === shared
    }
    let dictionary = areShared ? shared ?? TextDictionary() : TextDictionary()
    var translations: [ObjectIdentifier: [UInt32]] = [:]
    var codes: [UInt32] = []
    codes.reserveCapacity(columns.reduce(0) { $0 + $1.count })
    for column in columns {
      switch column.values {
      case .text(let texts, let other) where other === dictionary: codes += texts
      case .slices(let ranges, let bytes): codes += dictionary.codes(of: ranges, in: bytes)
      case .text(let texts, let other):
        let known = translations[ObjectIdentifier(other)] ?? dictionary.codes(ofTextsIn: other)
        translations[ObjectIdentifier(other)] = known
        // What is null or not known has a code all the same, which stands for nothing.
        codes += texts.map { Int($0) < known.count ? known[Int($0)] : 0 }
      default: codes += repeatElement(0, count: column.count)
      }
    }
    return .text(codes, dictionary)
  }

  /// Returns the column of some of its rows, in the order given. O(rows).
  func rows(_ rows: [Int]) -> Column {
    let kept: Values =
      switch values {
      case .integers(let values): .integers(rows.map { values[$0] })
      case .decimals(let values): .decimals(rows.map { values[$0] })
      case .booleans(let values): .booleans(Bitmap(rows.map { values[$0] }))
      case .text(let codes, let dictionary): .text(rows.map { codes[$0] }, dictionary)
      case .slices(let ranges, let bytes): .slices(rows.map { ranges[$0] }, bytes)
      case .dates(let days): .dates(rows.map { days[$0] })
      case .partialDates(let lower, let upper):
        .partialDates(lower: rows.map { lower[$0] }, upper: rows.map { upper[$0] })
      case .timestamps(let values): .timestamps(rows.map { values[$0] })
      }
    return Column(
      values: kept, validity: Bitmap(rows.map { validity[$0] }), known: Bitmap(rows.map { known[$0] }))
  }
}

extension Bitmap {
  /// Makes one bitmap of several, one after another. O(bits).
  fileprivate init(joining bitmaps: [Bitmap]) {
    self.init(bitmaps.flatMap { bitmap in (0..<bitmap.count).map { bitmap[$0] } })
  }
}

extension Cell {
  /// The value as one of a type that holds it too; unknown where it is of another.
  fileprivate func converted(to type: FieldType) -> Cell {
    switch (self, type) {
    case (.null, _), (.unknown, _), (.integer, .integer), (.decimal, .decimal), (.boolean, .boolean), (.text, .text),
      (.date, .date), (.date, .partialDate), (.interval, .partialDate), (.timestamp, .timestamp):
      self
    case (.integer(let number), .decimal): .decimal(Rational(number))
    case (.decimal(let number), .integer): number.integer.map { .integer($0) } ?? .unknown
    default: .unknown
    }
  }
}
