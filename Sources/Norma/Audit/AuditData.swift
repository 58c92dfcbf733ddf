/// The datasets of a project as an audit reads them: rosters and whatever others refer to as tables, the rest batch by
/// batch.
struct AuditData: Sendable {
  private let project: Project
  private let context: EvaluationContext
  private let plans: [RulePlan]
  /// The derived datasets that the plans need, each after those that it is derived from.
  private let derivations: [Derivation]
  /// The plans that read each dataset.
  private let readers: [String: [RulePlan]]
  /// The fields that are needed of each dataset.
  private let fields: [String: Set<String>]
  private let jobs: Int
  private let engine: Engine
  private let hashesFiles: Bool
  private let findingLimit: Int
  private let blockSize: Int
  /// Whether all datasets are read and checked, and not only those that rules need.
  private let checksAll: Bool
  private let fetched = FetchedRows()
  private let columns = FileColumns()
  private var dictionaries = ReferenceDictionaries()
  private var tables: [String: Table] = [:]
  private var results: [String: ReadResult] = [:]
  private var referenceFindings: [String: [DataFinding]] = [:]

  init(project: Project, context: EvaluationContext, plans: [RulePlan], options: Audit.Options) {
    self.project = project
    jobs = options.effectiveJobs
    engine = options.engine
    hashesFiles = options.hashesFiles
    findingLimit = options.onlyDue ? 0 : options.listing.dataFindings
    checksAll = !options.onlyDue
    // What a rule costs for each block, however few rows it has, is shared by more rows where there are many rules.
    blockSize = options.blockSize ?? CSVSource.blockSize * (plans.count > 100 ? 4 : 1)
    self.context = context
    self.plans = plans
    derivations = Self.derivations(of: plans, project, withReferences: checksAll)
    var fields: [String: Set<String>] = [:]
    var readers: [String: [RulePlan]] = [:]
    for plan in plans {
      for name in Set(plan.datasets) {
        fields[name, default: []].formUnion(plan.fields(of: name))
        readers[name, default: []].append(plan)
      }
    }
    self.readers = readers
    for derivation in derivations {
      for name in derivation.sources { fields[name, default: []].formUnion(derivation.fields(of: name)) }
    }
    self.fields = fields
    dictionaries = ReferenceDictionaries(datasets)
  }

  private var datasets: [Dataset] {
    project.sources.keys.sorted().compactMap { project.ruleBase.datasets[$0] }
  }

  /// The datasets that must be known as a whole before rows of others can be judged: rosters, what rows refer to or are
  /// referred to by, and what others are derived from.
  private var tabled: Set<String> {
    var names: Set<String> = []
    for plan in plans {
      names.formUnion([plan.roster].compactMap { $0 } + plan.eventDatasets + plan.relations.datasets)
    }
    for derivation in derivations {
      names.formUnion([derivation.from] + derivation.relations.datasets)
    }
    for dataset in datasets where checksAll { names.formUnion(dataset.fields.compactMap { $0.reference?.dataset }) }
    return names.intersection(project.sources.keys)
  }

  private static func derivations(
    of plans: [RulePlan], _ project: Project, withReferences: Bool
  ) -> [Derivation] {
    let read = withReferences ? project.sources.keys.compactMap { project.ruleBase.datasets[$0] } : []
    let referred = read.flatMap { $0.fields.compactMap { $0.reference?.dataset } }.filter { name in
      project.ruleBase.roots(of: [name]).isSubset(of: project.sources.keys)
    }
    return project.ruleBase.derivations(for: plans.flatMap(\.datasets) + referred)
  }

  // MARK: Reading

  /// Reads the datasets that must be known as a whole, and works out the derived ones.
  mutating func readTables() throws(Audit.Failure) {
    let names = tabled.sorted().filter { project.ruleBase.datasets[$0] != nil }
    let data = self
    let read = perform(names) { name, jobs, _ in
      data.reader(data.context.dataset(name), fields: data.neededFields(of: name), jobs: jobs).readTable()
    }
    var failures: [Audit.SourceFailure] = []
    for (name, (table, result)) in zip(names, read) {
      tables[name] = table
      results[name] = result
      failures += self.failures(name, result)
    }
    // The others are read all the same, so that every file that can't be read is named at once.
    if !failures.isEmpty {
      for dataset in datasets where tables[dataset.name] == nil {
        failures += self.failures(dataset.name, reader(dataset, fields: [], jobs: jobs).readSideBySide { _, _ in })
      }
      throw Audit.Failure(sources: failures)
    }
    derive(derivations.filter { !followsAudit($0) })
  }

  /// Does something with each of several datasets, and returns what came of it in their order: small ones are taken side by side,
  /// each by one job, and the others one after another by all jobs. No job is at two things at a time.
  private func perform<Result>(
    _ names: [String], _ work: (_ name: String, _ jobs: Int, _ firstJob: Int) -> Result
  ) -> [Result] {
    let small = names.indices.filter { isSmall(names[$0]) }
    var found = JobValues([(place: Int, result: Result)](), jobs: jobs)
    found.perform(jobs: jobs, over: small) { found, place, job in
      found.append((place, work(names[place], 1, job)))
    }
    let large = Set(names.indices).subtracting(small).sorted().map { (place: $0, result: work(names[$0], jobs, 0)) }
    return (found.values.joined() + large).sorted { $0.place < $1.place }.map(\.result)
  }

  /// Whether a dataset is read before a second job would have begun.
  private func isSmall(_ name: String) -> Bool {
    if let table = tables[name] { return table.batches.count < 2 }
    guard let source = project.sources[name] else { return true }
    let files = source.inlineTable == nil ? source.files : []
    let size = files.reduce(0) { $0 + (FileSystem.size(of: $1) ?? 0) }
    return size < blockSize * 4
  }

  private func neededFields(of name: String) -> Set<String> {
    (fields[name] ?? []).union(context.dataset(name).key)
  }

  /// Works out derived datasets: side by side as far as they do not follow each other.
  private mutating func derive(_ derivations: [Derivation]) {
    var waiting = derivations
    while !waiting.isEmpty {
      let names = Set(waiting.map(\.dataset.name))
      let ready = waiting.filter { names.isDisjoint(with: $0.sources) }
      guard !ready.isEmpty else { preconditionFailure("derived datasets follow each other in a circle: \(names)") }
      var context = context
      context.relations = relations(for: ready.reduce(into: RelationReads()) { $0.formUnion($1.relations) })
      let parts = SideBySide.map(parts: ready, atLeast: 1, jobs: jobs) { [context, tables] ready in
        ready.compactMap { derivation in
          tables[derivation.from].map { derivation.table(from: $0, context: context) }
        }
      }
      for table in parts.joined() { tables[table.dataset.name] = table }
      waiting.removeAll { derivation in ready.contains { $0.dataset.name == derivation.dataset.name } }
    }
  }

  /// Adds a table that the audit itself has made, and works out what is derived from it.
  mutating func add(_ table: Table) {
    guard isMadeByAudit(table.dataset.name) else { return }
    tables[table.dataset.name] = table
  }

  /// Whether a derived dataset needs what the audit itself has made.
  private func followsAudit(_ derivation: Derivation) -> Bool {
    project.ruleBase.roots(of: [derivation.dataset.name]).contains { isMadeByAudit($0) }
  }

  /// Whether a dataset is made by the audit; a test of a rule may give its rows instead.
  private func isMadeByAudit(_ name: String) -> Bool {
    project.ruleBase.isMadeByAudit(name) && project.sources[name] == nil
  }

  /// Works out the derived datasets that rules need and that follow what the audit has made.
  mutating func deriveFollowing(_ plans: [RulePlan]) {
    derive(project.ruleBase.derivations(for: plans.flatMap(\.datasets)).filter { followsAudit($0) })
  }

  /// Makes the relations that rules read. O(rows).
  func relations(for needs: RelationReads) -> Relations {
    Relations(tables: tables, needs: needs, relationships: context.relationships)
  }

  /// Reads the datasets of some plans, and passes their batches on with the number of the job that has read each; the first
  /// time all datasets are read, and their references are checked.
  mutating func readAll(
    _ stage: [RulePlan], isFirst: Bool, _ consume: (String, Batch, _ isPhantom: Bool, _ job: Int) -> Void
  ) throws(Audit.Failure) {
    let inputs = Set(stage.flatMap(\.inputs))
    let names = datasets.map(\.name).filter { isFirst && checksAll || inputs.contains($0) }
    let madeNames = inputs.filter { !isRead($0) && tables[$0] != nil }.sorted()
    let data = self
    let read = perform(names + madeNames) { name, jobs, firstJob in
      data.read(data.context.dataset(name), isFirst: isFirst, jobs: jobs) { consume(name, $0, $1, firstJob + $2) }
    }
    var failures: [Audit.SourceFailure] = []
    for (name, reading) in zip(names, read) {
      if let result = reading.result {
        if isFirst { results[name] = result }
        failures += self.failures(name, result)
      }
      if isFirst { referenceFindings[name] = reading.referenceFindings }
    }
    if !failures.isEmpty { throw Audit.Failure(sources: failures) }
  }

  /// What became of a dataset that was gone through.
  private struct Reading {
    /// Nil where it was read before.
    let result: ReadResult?
    let referenceFindings: [DataFinding]
  }

  /// Goes through a dataset, and checks its references where `isFirst` says that nobody has done so.
  private func read(
    _ dataset: Dataset, isFirst: Bool, jobs: Int, _ consume: (Batch, _ isPhantom: Bool, _ job: Int) -> Void
  ) -> Reading {
    let isChecked = isFirst && checksAll && isRead(dataset.name)
    var checks = JobValues((checks: isChecked ? referenceChecks(dataset) : [], found: [DataFinding]()), jobs: jobs)
    var result: ReadResult?
    if let table = tables[dataset.name] {
      checks.perform(jobs: table.batches.count > 1 ? jobs : 1, over: table.batches) { check, batch, job in
        for index in check.checks.indices { check.found += check.checks[index].findings(in: batch) }
        consume(batch, false, job)
      }
      for batch in table.phantoms { consume(batch, true, 0) }
    } else {
      let references = dataset.fields.compactMap(\.reference).flatMap { $0.match.map(\.ours) }
      let reader = reader(
        dataset, fields: (fields[dataset.name] ?? []).union(references),
        sliced: TextForms.sliced(of: dataset, for: readers[dataset.name] ?? []), jobs: jobs)
      result = checks.withEach { checks in
        reader.readSideBySide { batch, job in
          for index in checks[job].checks.indices {
            checks[job].found += checks[job].checks[index].findings(in: batch)
          }
          consume(batch, false, job)
        }
      }
    }
    return Reading(result: result, referenceFindings: checks.values.flatMap(\.found))
  }

  private func referenceChecks(_ dataset: Dataset) -> [ReferenceCheck] {
    dataset.fields.indices.compactMap { field in
      guard let reference = dataset.fields[field].reference, let target = project.ruleBase.datasets[reference.dataset],
        let keys = keys(of: target)
      else { return nil }
      return ReferenceCheck(of: field, in: dataset, to: target, keys: keys)
    }
  }

  /// The keys of a dataset's rows; nil where a row may be there that nobody names, so that nothing certainly leads
  /// nowhere.
  private func keys(of dataset: Dataset) -> KeyTable? {
    guard let table = tables[dataset.name], table.phantoms.isEmpty else { return nil }
    return KeyTable(of: table.batches, in: dataset)
  }

  private func reader(
    _ dataset: Dataset, fields: Set<String>?, sliced: Set<String> = [], jobs: Int
  ) -> DatasetReader {
    guard let source = project.sources[dataset.name] else {
      preconditionFailure("the dataset \(dataset.name) has no source")
    }
    let zone = context.timeZone
    var reader = DatasetReader(
      dataset, files: source.files,
      encoding: source.encoding.flatMap { TextEncoding(name: $0) }, headerRow: source.headerRow, asOf: context.asOf,
      localTime: { zone.timestamp(localMicroseconds: $0)?.microseconds ?? $0 }, fields: fields, sliced: sliced,
      dictionaries: dictionaries[dataset.name], blockSize: blockSize)
    reader.jobs = jobs
    reader.hashesFiles = hashesFiles
    reader.findingLimit = findingLimit
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
    guard let owed = plan.owed, case .roster(let name, let key, let among, _) = owed.subjects, let table = tables[name]
    else { return nil }
    return Roster(table: table, key: key, owed: owed, among: among, engine: engine, context: context)
  }

  /// Fetches rows by their places in the dataset, with the cells that rules or keys need. O(rows wanted) for files.
  func fetch(_ dataset: String, rows: Set<Int32>) -> [Int32: FetchedRow] {
    guard !rows.isEmpty, let declared = context.datasets[dataset] else { return [:] }
    if let table = tables[dataset] {
      return table.rows(rows)
    }
    guard let result = results[dataset] else { return [:] }
    // A row that breaks one rule often breaks others.
    return fetched.rows(of: dataset, rows) {
      reader(declared, fields: neededFields(of: dataset), jobs: jobs).fetch($0, of: result)
    }
  }

  /// Reads rows that will be fetched rule by rule, as far as they can be kept. O(rows wanted) for files.
  func hold(_ rows: [(dataset: String, rows: [Int32])]) {
    var wanted: [String: Set<Int32>] = [:]
    var count = 0
    for (dataset, rows) in rows where count + rows.count <= FetchedRows.limit {
      wanted[dataset, default: []].formUnion(rows)
      count += rows.count
    }
    for (dataset, rows) in wanted { _ = fetch(dataset, rows: rows) }
  }

  /// Passes every row of a dataset that is known as a whole, also those that nobody names.
  func forEachRow(of dataset: String, _ body: (FetchedRow) -> Void) {
    guard let table = tables[dataset] else { return }
    for row in table.allRows { body(row) }
  }

  /// Whether the rows of a dataset are those of files.
  func isRead(_ dataset: String) -> Bool { project.sources[dataset] != nil }

  /// How a dataset is worked out; nil where it is read, or made by the audit.
  func derivation(of dataset: String) -> Derivation? { project.ruleBase.derivations[dataset] }

  /// The context in which a derived dataset is worked out, with the rows that it looks at.
  func context(of derivation: Derivation) -> EvaluationContext {
    var context = context
    context.relations = relations(for: derivation.relations)
    return context
  }

  /// The subjects of rows with who answers for them: their keys, or their numbers where the dataset has none.
  func subjects(
    of plan: RulePlan, rows: [Int32], _ context: EvaluationContext
  ) -> [Int32: RuleJudgment.RowSubject] {
    let dataset = context.dataset(plan.dataset)
    let readers = plan.answerable.map { ($0.name, PartInterpreter($0, dataset: dataset, context: context)) }
    return fetch(plan.dataset, rows: Set(rows)).mapValues { row in
      let cells = readers.isEmpty ? [] : row.cells
      let answerable = readers.map { Subject.Part($0, $1.value(cells, context.constants)) }
      if dataset.key.isEmpty {
        return .init(subject: .row(row.number, occurrence: row.occurrence), answerable: answerable)
      }
      let parts = dataset.key.compactMap { name in dataset.index(of: name).map { Subject.Part(name, row.cell($0)) } }
      return .init(subject: Subject(parts, occurrence: row.occurrence), answerable: answerable)
    }
  }

  // MARK: Reports

  /// The name of a file in reports: its path below the project's folder.
  func fileName(_ dataset: String, _ file: Int) -> String {
    // The rows of an extended dataset are those of the one that it is made from.
    if let derivation = project.ruleBase.derivations[dataset], case .extended = derivation.form {
      return fileName(derivation.from, file)
    }
    guard let files = results[dataset]?.files, files.indices.contains(file) else { return "" }
    let folder = FileSystem.folder(of: project.path) + "/"
    let path = files[file].path
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : path
  }

  /// The column of a field in one of a dataset's files.
  func column(_ dataset: Dataset, file: Int, field: Int) -> FileColumn {
    columns.column(dataset, file: file, field: field) { fileName($0, $1) }
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

  /// The first `limit` data findings, by dataset, file, row and column, and the number of all.
  func findings(reveals: Bool, limit: Int) -> (listed: [AuditReport.LocatedDataFinding], count: Int) {
    var listed: [AuditReport.LocatedDataFinding] = []
    var count = 0
    for dataset in datasets {
      var found = results[dataset.name]?.found ?? RowRuns()
      if let more = referenceFindings[dataset.name], !more.isEmpty {
        found = RowRuns(DataFinding.merged(Array(found.elements) + more, of: dataset))
      }
      count += found.count + (results[dataset.name]?.unlistedFindings ?? 0)
      for finding in found.elements.prefix(limit - listed.count) {
        let isSensitive =
          finding.field.flatMap { dataset.index(of: $0) }.map { dataset.fields[$0].isSensitive } ?? false
        listed.append(
          AuditReport.LocatedDataFinding(
            finding: finding, file: fileName(dataset.name, finding.file), isMasked: isSensitive && !reveals))
      }
    }
    return (listed, count)
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
