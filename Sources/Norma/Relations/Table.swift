/// A dataset that is kept in memory: a roster, what others refer to, or what is derived.
struct Table: Sendable {
  /// The dataset.
  let dataset: Dataset
  /// The batches, in the order of reading.
  private(set) var batches: [Batch] = []
  /// Rows of a derived dataset that stand for groups which nobody names: they may be there, and owe nothing themselves.
  private(set) var phantoms: [Batch] = []
  /// How many rows there are, with those that nobody names.
  private(set) var count = 0

  init(dataset: Dataset) {
    self.dataset = dataset
  }

  /// Adds rows; `batch` must begin where the last one ended.
  mutating func append(_ batch: Batch) {
    precondition(
      batch.firstRow == count && phantoms.isEmpty,
      "a batch that begins at row \(batch.firstRow) was added after \(count) rows")
    batches.append(batch)
    count += batch.count
  }

  /// Adds rows that nobody names, after all others.
  mutating func append(phantoms batch: Batch) {
    precondition(batch.firstRow == count, "rows that nobody names were added out of order")
    phantoms.append(batch)
    count += batch.count
  }

  /// All batches, those of rows that nobody names last.
  var allBatches: [Batch] { phantoms.isEmpty ? batches : batches + phantoms }

  /// The dictionary whose codes all columns of a field have; nil where they share none. O(batches).
  func dictionary(ofField field: Int) -> TextDictionary? {
    let dictionary = allBatches.first?.texts(ofField: field)?.dictionary
    return allBatches.allSatisfy { $0.texts(ofField: field)?.dictionary === dictionary } ? dictionary : nil
  }

  /// Returns the batch that holds a row, and the row's place in it. O(log batches).
  func locate(_ row: Int32) -> (batch: Batch, row: Int) {
    let batches = allBatches
    var (low, high) = (0, batches.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if batches[middle].firstRow <= Int(row) { low = middle } else { high = middle - 1 }
    }
    return (batches[low], Int(row) - batches[low].firstRow)
  }

  /// Returns some rows by their places. O(rows × log batches).
  func rows(_ rows: some Sequence<Int32>) -> [Int32: FetchedRow] {
    var batches: [Int: FetchedBatch] = [:]
    var found: [Int32: FetchedRow] = [:]
    for row in rows {
      let (batch, record) = locate(row)
      let source = batches[batch.firstRow] ?? FetchedBatch(batch)
      batches[batch.firstRow] = source
      found[row] = FetchedRow(source, record: record)
    }
    return found
  }

  /// All rows, in the order of reading, those that nobody names last.
  var allRows: some Sequence<FetchedRow> {
    allBatches.lazy.map { FetchedBatch($0) }.flatMap { source in
      (0..<source.batch.count).lazy.map { FetchedRow(source, record: $0) }
    }
  }

  /// Notes which of the rows identified alike each row is.
  mutating func set(occurrences: [Int32: Int32]) {
    if occurrences.isEmpty { return }
    for index in batches.indices { batches[index].set(occurrences: occurrences) }
  }

  /// Returns a cell; unknown where the field was not asked for when reading. O(log batches).
  func cell(_ row: Int32, _ field: Int) -> Cell {
    let (batch, place) = locate(row)
    return batch.cell(place, ofField: field)
  }

  /// Whether a row is certainly there. O(log batches).
  func isCertain(_ row: Int32) -> Bool {
    let (batch, place) = locate(row)
    return batch.isCertain(place)
  }
}

extension Batch {
  /// Returns the cells of a row in the order of the dataset's fields; those that were not asked for are unknown.
  func cells(ofRow row: Int, _ dataset: Dataset) -> [Cell] {
    dataset.fields.indices.map { cell(row, ofField: $0) }
  }
}

extension DatasetReader {
  /// Reads all files into a table.
  func readTable() -> (table: Table, result: ReadResult) {
    var batches = JobValues([Batch](), jobs: jobs)
    let result = batches.withEach { batches in
      readSideBySide { batch, job in batches[job].append(batch) }
    }
    var table = Table(dataset: dataset)
    for batch in batches.values.joined().sorted(by: { $0.firstRow < $1.firstRow }) { table.append(batch) }
    table.set(occurrences: result.identities.occurrences)
    return (table, result)
  }
}
