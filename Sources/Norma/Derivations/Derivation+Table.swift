extension Derivation {
  /// Works out the rows; `context` holds the relations that the expressions read. O(rows).
  func table(from source: Table, context: EvaluationContext) -> Table {
    switch form {
    case .extended(let additions): extended(source, additions, context)
    case .grouped(let keys, let figures): grouped(source, keys, figures, context)
    }
  }

  private var rows: RowPlan { .rows(of: from, where: filter) }

  // MARK: Extended

  private func extended(_ source: Table, _ additions: [Addition], _ context: EvaluationContext) -> Table {
    let filter = ColumnarFilter(rows, context: context)
    let values = additions.map { ColumnarExpression($0.value, dataset: source.dataset, context: context) }
    let dictionaries = additions.map { _ in TextDictionary() }
    let parts = SideBySide.map(parts: source.allBatches, atLeast: 1, jobs: context.jobs) { batches in
      batches.compactMap { batch -> Batch? in
        let truth = filter.truth(of: batch)
        let kept = Array(truth.notFalse.setBits)
        if kept.isEmpty { return nil }
        let constants = context.constants.reading(batch, of: source.dataset)
        var columns = batch.columns.map { $0.rows(kept) }
        for (place, value) in values.enumerated() {
          let cells = value.cells(of: batch, constants)
          let type = dataset.fields[source.dataset.fields.count + place].type
          columns.append(Column(kept.map { cells[$0] }, type: type, dictionary: dictionaries[place]))
        }
        let certain = Bitmap(kept.map { truth.isTrue($0) })
        return Batch(
          file: batch.file, firstRow: batch.firstRow, rowNumbers: kept.map { batch.rowNumbers[$0] }, columns: columns,
          positions: batch.positions + values.indices.map { batch.columns.count + $0 },
          headings: batch.headings + additions.map { $0.name },
          occurrences: kept.map { Int32(batch.occurrence(of: $0)) }, certainty: certain.isFull ? nil : certain)
      }
    }
    var table = Table(dataset: dataset)
    let firstPhantom = source.count - source.phantoms.reduce(0) { $0 + $1.count }
    for var batch in parts.joined() {
      let isPhantom = batch.firstRow >= firstPhantom
      batch.firstRow = table.count
      if isPhantom { table.append(phantoms: batch) } else { table.append(batch) }
    }
    return table
  }

  // MARK: Grouped

  private struct Group {
    let key: [Cell]
    var isCertain = false
    var states: [any MeasureState]
  }

  private func grouped(
    _ source: Table, _ keys: [String], _ figures: [Figure], _ context: EvaluationContext
  ) -> Table {
    let filter = ColumnarFilter(rows, context: context)
    let keyFields = keys.compactMap { source.dataset.index(of: $0) }
    let values = figures.map { figure in
      figure.amount.map { ColumnarExpression($0.expression, dataset: source.dataset, context: context) }
    }
    let empty = figures.map { figure -> any MeasureState in
      let measure = Measure.figure(figure.aggregation, of: figure.amount, where: [])
      return measure.state.init(measure)
    }
    var groups: [Group] = []
    var places: [[Cell]: Int] = [:]
    var open: [(parts: [Cell], states: [any MeasureState])] = []
    for batch in source.allBatches {
      let truth = filter.truth(of: batch)
      let constants = context.constants.reading(batch, of: source.dataset)
      let columns = keyFields.map { batch.column(ofField: $0) }
      let cells = values.map { $0?.cells(of: batch, constants) }
      for row in truth.notFalse.setBits {
        let parts = columns.map { $0[row].normalized }
        let isOpen = parts.contains(where: \.isOpen)
        let isCertain = truth.isTrue(row) && !isOpen
        let amounts = figures.indices.map { figures[$0].rowAmount(cells[$0]?[row]) }
        func add(to states: inout [any MeasureState]) {
          for (place, amount) in amounts.enumerated() {
            states[place].add(
              Contribution(isCertain: isCertain, having: .yes, day: .none, amount: amount, row: 0))
          }
        }
        if isOpen {
          var states = empty
          add(to: &states)
          open.append((parts, states))
        } else {
          let place = places[parts] ?? groups.count
          if place == groups.count {
            places[parts] = place
            groups.append(Group(key: columns.map { $0[row] }, states: empty))
          }
          add(to: &groups[place].states)
          if isCertain { groups[place].isCertain = true }
        }
      }
    }
    for (parts, states) in open {
      for place in groups.indices
      where zip(parts, groups[place].key).allSatisfy({ $0 == .null ? $1 == .null : $1 != .null && $0.admits($1) }) {
        for (figure, state) in states.enumerated() { groups[place].states[figure].addPossible(any: state) }
      }
    }
    return table(of: groups, open.map(\.parts), figures)
  }

  /// The rows of groups; a row whose group isn't known may also be the first of one that nobody names.
  private func table(of groups: [Group], _ open: [[Cell]], _ figures: [Figure]) -> Table {
    let rows = groups.map { group in
      let types = dataset.fields.suffix(figures.count).map(\.type)
      return group.key + group.states.indices.map { group.states[$0].cell(as: types[$0]) }
    }
    let phantoms = open.map { $0.map { $0.isOpen ? .unknown : $0 } + figures.map { _ in Cell.unknown } }
    return Table(dataset: dataset, rows: rows, certainty: groups.map(\.isCertain), phantoms: phantoms)
  }
}

extension Derivation.Figure {
  /// What a cell adds; dates are counted as days.
  fileprivate func rowAmount(_ cell: Cell?) -> RowAmount {
    guard let cell, let amount else { return .row }
    switch cell {
    case .date(let date) where aggregation != .distinct: return .number(Rational(Int64(date.dayNumber)))
    case .timestamp(let microseconds) where aggregation != .distinct: return .number(Rational(microseconds))
    default: return RowAmount(cell, of: amount, isDistinct: aggregation == .distinct)
    }
  }
}

extension MeasureState {
  /// Takes in the rows of a state of this type, none of which certainly counts.
  fileprivate mutating func addPossible(any other: any MeasureState) {
    guard let other = other as? Self else { preconditionFailure("one figure is measured in two ways") }
    addPossible(other)
  }

  /// The figure as a cell: null where there is none, unknown where its bounds differ.
  fileprivate func cell(as type: FieldType) -> Cell {
    guard case .amount(let bounds) = figures(in: MeasuredDays(first: 0, last: 0)) else { return .unknown }
    if !bounds.mayHaveRows { return .null }
    guard let number = bounds.exact else { return .unknown }
    switch type {
    case .integer: return number.integer.map { .integer($0) } ?? .unknown
    case .date: return number.integer.map { .date(CivilDate(dayNumber: Int32(truncatingIfNeeded: $0))) } ?? .unknown
    case .timestamp: return number.integer.map { .timestamp(microseconds: $0) } ?? .unknown
    default: return .decimal(number)
    }
  }
}

extension Table {
  /// Makes a table of rows that are in no file, each given by the cells of all fields.
  init(dataset: Dataset, rows: [[Cell]], certainty: [Bool], phantoms: [[Cell]] = []) {
    self.init(dataset: dataset)
    let dictionaries = dataset.fields.map { _ in TextDictionary() }
    let batchSize = 16_384
    for start in stride(from: 0, to: rows.count, by: batchSize) {
      let slice = start..<min(rows.count, start + batchSize)
      append(Self.batch(dataset, Array(rows[slice]), Array(certainty[slice]), firstRow: count, dictionaries))
    }
    for start in stride(from: 0, to: phantoms.count, by: batchSize) {
      let slice = phantoms[start..<min(phantoms.count, start + batchSize)]
      append(phantoms: Self.batch(dataset, Array(slice), slice.map { _ in false }, firstRow: count, dictionaries))
    }
  }

  private static func batch(
    _ dataset: Dataset, _ rows: [[Cell]], _ certainty: [Bool], firstRow: Int, _ dictionaries: [TextDictionary]
  ) -> Batch {
    let columns = dataset.fields.indices.map { field in
      Column(rows.map { $0[field] }, type: dataset.fields[field].type, dictionary: dictionaries[field])
    }
    let certain = Bitmap(certainty)
    return Batch(
      file: -1, firstRow: firstRow, rowNumbers: rows.indices.map { Int32(firstRow + $0 + 1) }, columns: columns,
      positions: dataset.fields.indices.map { $0 }, headings: dataset.fields.map(\.name),
      certainty: certain.isFull ? nil : certain)
  }
}
