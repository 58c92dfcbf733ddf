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
