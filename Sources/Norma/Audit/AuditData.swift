/// The datasets of a project as an audit reads them: rosters and whatever others refer to as tables, the rest batch by
/// batch.
struct AuditData {
  private let project: Project
  private let context: EvaluationContext
  private let plans: [RulePlan]
  private var tables: [String: Table] = [:]
  private var results: [String: ReadResult] = [:]
  private var referenceFindings: [String: [DataFinding]] = [:]

  init(project: Project, context: EvaluationContext, plans: [RulePlan]) {
    self.project = project
    self.context = context
    self.plans = plans
  }

  private var datasets: [Dataset] {
    project.sources.keys.sorted().compactMap { project.ruleBase.datasets[$0] }
  }

  /// The datasets that others refer to, and the rosters.
  private var tabled: Set<String> {
    var names = Set(plans.compactMap(\.roster))
    for dataset in datasets { names.formUnion(dataset.fields.compactMap { $0.reference?.dataset }) }
    return names.intersection(project.sources.keys)
  }

  // MARK: Reading

  /// Reads the datasets that must be known as a whole before rows of others can be placed.
  mutating func readTables() throws(Audit.Failure) {
    var failures: [Audit.SourceFailure] = []
    for name in tabled.sorted() {
      guard let dataset = project.ruleBase.datasets[name] else { continue }
      var table = Table(dataset: dataset)
      let result = reader(dataset, fields: nil).read { table.append($0) }
      tables[name] = table
      results[name] = result
      failures += self.failures(name, result)
    }
    // The others are read all the same, so that every file that can't be read is named at once.
    if !failures.isEmpty {
      for dataset in datasets where tables[dataset.name] == nil {
        failures += self.failures(dataset.name, reader(dataset, fields: []).read { _ in })
      }
      throw Audit.Failure(sources: failures)
    }
  }

  /// Reads every dataset, tables first, and passes its batches on; checks references on the way.
  mutating func readAll(_ consume: (String, Batch) -> Void) throws(Audit.Failure) {
    var failures: [Audit.SourceFailure] = []
    for dataset in datasets {
      var checks = referenceChecks(dataset)
      var found: [DataFinding] = []
      func take(_ batch: Batch) {
        for index in checks.indices { found += checks[index].findings(in: batch) }
        consume(dataset.name, batch)
      }
      if let table = tables[dataset.name] {
        for batch in table.batches { take(batch) }
      } else {
        let fields = plans.filter { $0.dataset == dataset.name }.reduce(into: Set<String>()) { $0.formUnion($1.fields) }
        let result = reader(dataset, fields: fields).read { take($0) }
        results[dataset.name] = result
        failures += self.failures(dataset.name, result)
      }
      referenceFindings[dataset.name] = found
    }
    if !failures.isEmpty { throw Audit.Failure(sources: failures) }
  }

  private func referenceChecks(_ dataset: Dataset) -> [ReferenceCheck] {
    dataset.fields.indices.compactMap { field in
      guard let reference = dataset.fields[field].reference, let target = project.ruleBase.datasets[reference.dataset],
        let keys = results[reference.dataset]?.keys
      else { return nil }
      return ReferenceCheck(of: field, in: dataset, to: target, keys: keys)
    }
  }

  private func reader(_ dataset: Dataset, fields: Set<String>?) -> DatasetReader {
    guard let source = project.sources[dataset.name] else {
      preconditionFailure("the dataset \(dataset.name) has no source")
    }
    let zone = context.timeZone
    var reader = DatasetReader(
      dataset, files: source.paths.flatMap { WildcardPattern.expand(path: $0) },
      encoding: source.encoding.flatMap { TextEncoding(name: $0) }, headerRow: source.headerRow, asOf: context.asOf,
      localTime: { zone.timestamp(localMicroseconds: $0)?.microseconds ?? $0 }, fields: fields)
    reader.inlineTable = source.inlineTable
    return reader
  }

  private func failures(_ dataset: String, _ result: ReadResult) -> [Audit.SourceFailure] {
    if result.files.isEmpty, let source = project.sources[dataset] {
      return source.paths.map { Audit.SourceFailure(dataset: dataset, file: $0, problem: .notFound) }
    }
    return result.files.flatMap { file in
      file.problems.map { Audit.SourceFailure(dataset: dataset, file: file.path, problem: $0) }
    }
  }

  // MARK: Rows

  /// The roster of a rule's subjects; nil where it has none.
  func roster(of plan: RulePlan, _ context: EvaluationContext) -> Roster? {
    guard case .judgeGroups(_, let owed, _) = plan.obligations,
      case .roster(let name, let key, let among, _) = owed.subjects, let table = tables[name]
    else { return nil }
    return Roster(table: table, key: key, owed: owed, among: among, context: context)
  }

  /// A row that was asked for.
  struct FetchedRow {
    let file: Int
    let number: Int
    let occurrence: Int
    let cells: [Cell]
  }

  /// Fetches rows by their places in the dataset, with the cells of all fields. O(rows of the dataset).
  func fetch(_ dataset: String, rows: Set<Int32>) -> [Int32: FetchedRow] {
    guard !rows.isEmpty, let declared = project.ruleBase.datasets[dataset] else { return [:] }
    var found: [Int32: FetchedRow] = [:]
    let wanted = rows.sorted()
    var next = 0
    func take(_ batch: Batch) {
      while next < wanted.count, Int(wanted[next]) < batch.firstRow + batch.count {
        let row = Int(wanted[next]) - batch.firstRow
        found[wanted[next]] = FetchedRow(
          file: batch.file, number: Int(batch.rowNumbers[row]), occurrence: Int(batch.occurrences[row]),
          cells: batch.cells(ofRow: row, declared))
        next += 1
      }
    }
    if let table = tables[dataset] {
      for batch in table.batches { take(batch) }
    } else {
      _ = reader(declared, fields: nil).read { take($0) }
    }
    return found
  }

  /// The subjects of rows: their keys, or their numbers where the dataset has none.
  func subjects(of dataset: String, rows: [Int32]) throws(Audit.Failure) -> [Int32: Subject] {
    guard let declared = project.ruleBase.datasets[dataset] else { return [:] }
    return fetch(dataset, rows: Set(rows)).mapValues { row in
      if declared.key.isEmpty { return .row(row.number, occurrence: row.occurrence) }
      let parts = declared.key.compactMap { name in
        declared.index(of: name).map { Subject.Part(name, row.cells[$0]) }
      }
      return Subject(parts, occurrence: row.occurrence)
    }
  }

  // MARK: Reports

  /// The name of a file in reports: its path below the project's folder.
  func fileName(_ dataset: String, _ file: Int) -> String {
    guard let files = results[dataset]?.files, files.indices.contains(file) else { return "" }
    let folder = FileSystem.folder(of: project.path) + "/"
    let path = files[file].path
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
  }

  /// The files that were read.
  var inputs: [AuditReport.Input] {
    results.keys.sorted().flatMap { name in
      (results[name]?.files ?? []).enumerated().map { place, file in
        AuditReport.Input(
          dataset: name, file: fileName(name, place), sha256: file.sha256 ?? "", rows: file.rowCount)
      }
    }
  }

  /// All data findings, by dataset, file, row and column.
  func findings(reveals: Bool) -> [AuditReport.LocatedDataFinding] {
    datasets.flatMap { dataset in
      DataFinding.merged((results[dataset.name]?.findings ?? []) + (referenceFindings[dataset.name] ?? []), of: dataset)
        .map { finding in
          let isSensitive =
            finding.field.flatMap { dataset.index(of: $0) }.map { dataset.fields[$0].isSensitive } ?? false
          return AuditReport.LocatedDataFinding(
            finding: finding, file: fileName(dataset.name, finding.file), isMasked: isSensitive && !reveals)
        }
    }
  }

  /// What is worth saying about columns, and about rows that belong to nobody.
  func notes(for plans: [RulePlan]) -> [Note] {
    var notes: [Note] = []
    for dataset in datasets {
      for (place, file) in (results[dataset.name]?.files ?? []).enumerated() {
        let name = fileName(dataset.name, place)
        for note in file.notes {
          switch note {
          case .unusedColumn(let heading, _):
            notes.append(.unusedColumn(dataset: dataset.name, file: name, column: heading))
          case .unnamedColumn(let position):
            notes.append(.unnamedColumn(dataset: dataset.name, file: name, position: position))
          }
        }
        for (field, heading) in zip(dataset.fields, file.headings) where heading == nil {
          notes.append(.missingColumn(dataset: dataset.name, file: name, field: field.name))
        }
      }
    }
    return notes
  }
}
