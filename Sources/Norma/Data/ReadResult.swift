/// What became of a dataset's files.
public struct ReadResult: Sendable {
  /// The files, in order.
  public private(set) var files: [FileResult]
  /// What is wrong with cells, in the order of files, rows and columns; references are not checked yet.
  private(set) var found: RowRuns<DataFinding>
  /// How many findings there are behind these.
  let unlistedFindings: Int
  /// Which rows have the same key.
  var identities = RowIdentities()
  /// For each file how its rows are read again; nil for one that can't be read.
  let accesses: [FileAccess?]

  init(files: [FileResult], found: RowRuns<DataFinding>, unlistedFindings: Int, accesses: [FileAccess?]) {
    self.files = files
    self.found = found
    self.unlistedFindings = unlistedFindings
    self.accesses = accesses
  }

  /// The same as an array. O(findings).
  public var findings: [DataFinding] { Array(found.elements) }
  /// How many rows were read.
  public var rowCount: Int { files.reduce(0) { $0 + $1.rowCount } }
  /// Whether every file could be read to its end.
  public var isComplete: Bool { files.allSatisfy(\.problems.isEmpty) }

  /// Whether every file has a column for the declared field at `index`.
  public func hasColumn(forField index: Int) -> Bool {
    !files.isEmpty && files.allSatisfy { $0.headings[index] != nil }
  }

  /// Notes that the files are not any more what they were.
  mutating func noteChange() {
    for index in files.indices { files[index].problems.append(.changed) }
  }

  /// Adds a finding for each row whose key was there before.
  mutating func add(duplicates rows: [FetchedRow], of dataset: Dataset) {
    if rows.isEmpty { return }
    let field = dataset.key[0]
    let place = dataset.keyFields[0]
    let duplicates = rows.map { row in
      DataFinding(
        dataset: dataset.name, file: row.file, row: row.number, column: files[row.file].headings[place], field: field,
        value: row.keyText, problem: .duplicateKey)
    }
    found = RowRuns(DataFinding.merged(findings + duplicates, of: dataset))
  }
}

/// What became of one file.
public struct FileResult: Hashable, Sendable {
  /// The path by which it was opened.
  public let path: String
  /// The SHA-256 digest of its bytes in hex digits; nil if it could not be read through, or nobody asked for it.
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
