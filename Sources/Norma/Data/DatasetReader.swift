/// Reads the files of a dataset into batches of typed columns, and checks every declared field on the way.
///
/// The files are taken in the order given, and their rows in the order of the file. Memory is bounded by the size of a
/// block, the distinct texts of the fields needed, the distinct keys, and the findings.
public struct DatasetReader: Sendable {
  private let dataset: Dataset
  private let files: [String]
  private let encoding: TextEncoding?
  private let headerRow: Int?
  private let context: DecodingContext
  private let needed: Set<String>
  private let dictionaries: [String: TextDictionary]
  private let blockSize: Int
  /// Rows that stand in for the files.
  var inlineTable: InlineTable?

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - dataset: What the files hold.
  ///   - files: The paths of the files, in order.
  ///   - encoding: The encoding of their text, nil to tell it from the bytes.
  ///   - headerRow: The row with the column headings from 1, nil for the first that is not blank.
  ///   - asOf: The date of the audit, for limits that name it.
  ///   - localTime: The zone in which times without one are meant.
  ///   - fields: The fields that batches are to hold; those of the key and of references are always there, and nil
  ///     stands for all.
  ///   - dictionaries: For text fields by name the dictionary to use, so that fields that hold each other's values
  ///     have the same codes; a field without one gets its own.
  public init(
    _ dataset: Dataset, files: [String], encoding: TextEncoding? = nil, headerRow: Int? = nil, asOf: CivilDate,
    localTime: @escaping LocalTime, fields: Set<String>? = nil, dictionaries: [String: TextDictionary] = [:]
  ) {
    self.init(
      dataset, files: files, encoding: encoding, headerRow: headerRow, asOf: asOf, localTime: localTime, fields: fields,
      dictionaries: dictionaries, blockSize: CSVSource.blockSize)
  }

  /// Creates a reader that reads `blockSize` bytes at a time.
  init(
    _ dataset: Dataset, files: [String], encoding: TextEncoding? = nil, headerRow: Int? = nil, asOf: CivilDate,
    localTime: @escaping LocalTime, fields: Set<String>? = nil, dictionaries: [String: TextDictionary] = [:],
    blockSize: Int
  ) {
    self.dataset = dataset
    self.files = files
    self.encoding = encoding
    self.headerRow = headerRow
    self.context = DecodingContext(asOf: asOf, localTime: localTime)
    var needed = fields ?? Set(dataset.fields.map(\.name))
    needed.formUnion(dataset.key)
    for field in dataset.fields { needed.formUnion(field.reference?.match.map(\.ours) ?? []) }
    self.needed = needed
    self.dictionaries = dictionaries
    self.blockSize = blockSize
  }

  /// Reads all files and hands each batch to `consume`. An error of `consume` ends the reading and is passed on.
  ///
  /// A file that cannot be read is a problem in the result, and the other files are still read. Batches of a file may
  /// have been handed on before its problem was met: where a result has problems, nothing may be judged by its rows.
  public func read<Failure: Error>(into consume: (Batch) throws(Failure) -> Void) throws(Failure) -> ReadResult {
    var reading = Reading(dataset, needed: needed, dictionaries: dictionaries, context: context, files: files.count)
    if let inlineTable {
      var file = FileResult(path: dataset.name, headings: Array(repeating: nil, count: dataset.fields.count))
      var source: any RecordSource = InlineSource(inlineTable, fields: dataset.fields)
      try read(&source, 0, &file, &reading, consume)
      reading.files = [file]
      return reading.result
    }
    for (place, path) in files.enumerated() {
      var file = FileResult(path: path, headings: Array(repeating: nil, count: dataset.fields.count))
      var source: (any RecordSource)?
      do throws(SourceProblem) {
        let text = try TextFile(path: path, encoding: encoding, blockSize: blockSize)
        file.sha256 = text.sha256
        file.encoding = text.encoding
        source = try CSVSource(file: text, headerRow: headerRow, blockSize: blockSize)
      } catch {
        file.problems.append(error)
      }
      if var source { try read(&source, place, &file, &reading, consume) }
      reading.files.append(file)
    }
    return reading.result
  }

  private func read<Failure: Error>(
    _ source: inout any RecordSource, _ place: Int, _ file: inout FileResult, _ reading: inout Reading,
    _ consume: (Batch) throws(Failure) -> Void
  ) throws(Failure) {
    let match = source.match(dataset.fields)
    file.notes = match.notes
    file.problems = match.problems
    file.headings = match.columns.map { $0.map { match.headings[$0] } }
    guard file.problems.isEmpty else { return }
    var block = reading.begin(file: place, match, &source)
    while true {
      do throws(SourceProblem) {
        guard try source.read(into: &block) else { return }
      } catch {
        file.problems.append(error)
        return
      }
      file.rowCount += block.count
      try consume(reading.decode(block))
    }
  }
}

/// What became of a dataset's files.
public struct ReadResult: Sendable {
  /// The files, in order.
  public let files: [FileResult]
  /// What is wrong with cells, in the order of files, rows and columns; references are not checked yet.
  public let findings: [DataFinding]
  /// The keys of all rows; empty where the dataset has no key.
  public let keys: KeyTable

  /// How many rows were read.
  public var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }
  /// Whether every file could be read to its end.
  public var isComplete: Bool { files.allSatisfy(\.problems.isEmpty) }

  /// Whether every file has a column for the declared field at `index`.
  public func hasColumn(forField index: Int) -> Bool {
    !files.isEmpty && files.allSatisfy { $0.headings[index] != nil }
  }
}

/// What became of one file.
public struct FileResult: Hashable, Sendable {
  /// The path by which it was opened.
  public let path: String
  /// The SHA-256 digest of its bytes in hex digits; nil if it could not be read through.
  public internal(set) var sha256: String?
  /// The encoding of its text; nil if it could not be told.
  public internal(set) var encoding: TextEncoding?
  /// How many records were handed on.
  public internal(set) var rowCount = 0
  /// For each declared field the heading of its column as it stands in the file, nil where there is none.
  public internal(set) var headings: [String?]
  /// What kept the file from being read; where this is not empty its rows must not be judged.
  public internal(set) var problems: [SourceProblem] = []
  /// What is worth telling about it.
  public internal(set) var notes: [SourceNote] = []

  init(path: String, headings: [String?]) {
    self.path = path
    self.headings = headings
  }
}
