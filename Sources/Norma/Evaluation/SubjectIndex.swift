/// Numbers the subjects of a rule, so that a group is a place in an array.
///
/// Each part of a subject's key has a dictionary of its own; a subject is a combination of their codes. With a roster the
/// subjects are its rows, else those that the data names.
struct SubjectIndex: Sendable {
  /// The owner of a row that belongs to no subject.
  static let nobody: Int32 = -1

  private let parts: [PartReader]
  private let roster: Roster?
  private let organization: Bool
  private var codes: [PartDictionary]
  private var owners: [[Int32]: Int32] = [:]
  private var keys: [[Int32]] = []
  private var isCertain: [Bool] = []
  private var listedCount = 0
  /// For parts with listed values the values, nil for the others; empty unless there are both.
  private let mixedLists: [[Cell]?]
  /// Owners below -1 are rows with unknown parts; their codes are kept here.
  private var open: [[Int32?]] = []
  private var openPlaces: [[Int32?]: Int32] = [:]
  /// How many rows have each of these combinations.
  private var openCounts: [Int] = []
  private let context: EvaluationContext

  init(parts: [SubjectPart], dataset: Dataset, roster: Roster?, context: EvaluationContext) {
    self.roster = roster
    self.context = context
    organization = parts.isEmpty
    self.parts = parts.map { PartReader($0, dataset: dataset, context: context) }
    codes = parts.map { _ in PartDictionary() }
    let lists = parts.map(\.listedValues)
    mixedLists = roster == nil && lists.contains { $0 != nil } && lists.contains { $0 == nil } ? lists : []
    if parts.isEmpty { insert([], isCertain: true) }
    if let roster {
      // A subject without a known key has a code that no row can have.
      for (place, subject) in roster.subjects.enumerated() {
        let code = subject.key == .unknown ? Int32.max - Int32(place) : codes[0].insert(subject.key)
        insert([code], isCertain: true)
      }
    }
    if !lists.isEmpty, lists.allSatisfy({ $0 != nil }) {
      let values = lists.compactMap { $0 }
      for combination in Self.combinations(of: values) {
        insert(combination.indices.map { codes[$0].insert(combination[$0]) }, isCertain: true)
      }
      listedCount = keys.count
    }
  }

  /// How many subjects there are so far.
  var count: Int { keys.count }

  /// The subjects, each with its key.
  var subjects: [GroupResult.Subject] {
    keys.indices.map { subject in
      let key =
        roster.map { [$0.subjects[subject].key] }
        ?? keys[subject].indices.map { codes[$0].cells[Int(keys[subject][$0])] }
      return GroupResult.Subject(key: key, rosterRow: roster == nil ? nil : subject, isCertain: isCertain[subject])
    }
  }

  /// The keys that rows may have which name no subject certainly, one for each such row; none where the subjects are
  /// given.
  var openKeys: [[Cell]] {
    if roster != nil || listedCount > 0 { return [] }
    return zip(open, openCounts).flatMap { parts, count in
      let key = parts.indices.map { place in parts[place].map { codes[place].cells[Int($0)] } ?? .unknown }
      return repeatElement(key, count: count)
    }
  }

  /// Returns the codes of an owner's parts, nil where a part isn't known.
  func codes(of owner: Int32) -> [Int32?] {
    owner >= 0 ? keys[Int(owner)].map { $0 } : open[Int(-2 - owner)]
  }

  /// Returns the codes of a subject's parts.
  func codes(ofSubject subject: Int) -> [Int32] { keys[subject] }

  /// Returns for each row of a batch its subject, ``nobody``, or a number below that for a row of which the subject isn't
  /// known. Subjects that the batch names for the first time are added. O(rows × parts).
  mutating func owners(of batch: Batch, places: RowPositions) -> [Int32] {
    if organization { return [Int32](repeating: 0, count: batch.count) }
    if parts.count == 1 { return singleOwners(of: batch, places: places) }
    let columns = parts.indices.map { parts[$0].codes(of: batch, &codes[$0], context) }
    return (0..<batch.count).map { row in
      let seen = Self.seen(row, places, batch)
      if seen == .no { return Self.nobody }
      let key = columns.map { $0[row] }
      return key.contains(PartReader.unknown) ? openOwner(key) : owner(key, seen: seen)
    }
  }

  private mutating func singleOwners(of batch: Batch, places: RowPositions) -> [Int32] {
    let column = parts[0].codes(of: batch, &codes[0], context)
    // One look per code: the owners of codes seen before are at hand.
    var known = [Int32](repeating: Int32.min, count: codes[0].cells.count)
    return (0..<batch.count).map { row in
      let seen = Self.seen(row, places, batch)
      if seen == .no { return Self.nobody }
      let code = column[row]
      if code == PartReader.unknown { return openOwner([code]) }
      if known[Int(code)] == Int32.min || seen == .yes && !isCertainly(known[Int(code)]) {
        known[Int(code)] = owner([code], seen: seen)
      }
      return known[Int(code)]
    }
  }

  /// Whether the row was there on the day of the audit.
  private static func seen(_ row: Int, _ places: RowPositions, _ batch: Batch) -> Truth {
    let seen = places.isSeen(row)
    return seen == .yes && !batch.isCertain(row) ? .unknown : seen
  }

  private func isCertainly(_ owner: Int32) -> Bool { owner < 0 || isCertain[Int(owner)] }

  private mutating func owner(_ key: [Int32], seen: Truth) -> Int32 {
    if let owner = owners[key] {
      if seen == .yes { isCertain[Int(owner)] = true }
      return owner
    }
    if roster != nil || listedCount > 0 { return Self.nobody }
    for (place, values) in mixedLists.enumerated() {
      // A value that is not listed owes nothing.
      if let values, case let cell = codes[place].cells[Int(key[place])], !values.contains(cell) {
        return Self.nobody
      }
    }
    return insert(key, isCertain: seen == .yes)
  }

  private mutating func openOwner(_ key: [Int32]) -> Int32 {
    let parts = key.map { $0 == PartReader.unknown ? nil : $0 }
    if let place = openPlaces[parts] {
      openCounts[Int(-2 - place)] += 1
      return place
    }
    let place = Int32(-2 - open.count)
    open.append(parts)
    openCounts.append(1)
    openPlaces[parts] = place
    return place
  }

  @discardableResult
  private mutating func insert(_ key: [Int32], isCertain certain: Bool) -> Int32 {
    let owner = Int32(keys.count)
    owners[key] = owner
    keys.append(key)
    isCertain.append(certain)
    return owner
  }

  /// Adds a subject that other rows name, if there is none with this key yet.
  mutating func include(_ key: [Cell], isCertain: Bool) {
    if organization || roster != nil || key.contains(where: \.isOpen) { return }
    _ = owner(key.indices.map { codes[$0].insert(key[$0]) }, seen: isCertain ? .yes : .unknown)
  }

  /// Lets every combination of values that rows show take each of the listed values of the other parts.
  mutating func completeListedValues() {
    guard !mixedLists.isEmpty else { return }
    for subject in keys.indices {
      let certain = isCertain[subject]
      var combinations: [[Int32]] = [[]]
      for (place, values) in mixedLists.enumerated() {
        let options = values.map { $0.map { codes[place].insert($0) } } ?? [keys[subject][place]]
        combinations = combinations.flatMap { head in options.map { head + [$0] } }
      }
      for key in combinations {
        if let owner = owners[key] {
          if certain { isCertain[Int(owner)] = true }
        } else {
          insert(key, isCertain: certain)
        }
      }
    }
  }

  private static func combinations(of lists: [[Cell]]) -> [[Cell]] {
    lists.reduce([[]]) { combinations, list in combinations.flatMap { head in list.map { head + [$0] } } }
  }
}

/// The distinct values of one part of a subject's key.
struct PartDictionary: Sendable {
  /// The values by code.
  private(set) var cells: [Cell] = []
  private var codes: [Cell: Int32] = [:]
  /// For a text column, the code of each code of the column's own dictionary, as far as it was asked for.
  fileprivate var translation: [Int32] = []

  mutating func insert(_ cell: Cell) -> Int32 {
    if let code = codes[cell] { return code }
    let code = Int32(cells.count)
    codes[cell] = code
    cells.append(cell)
    return code
  }
}

/// Reads one part of a subject's key from batches.
struct PartReader: Sendable {
  /// The code of a value that isn't known.
  static let unknown: Int32 = -1

  private let field: Int?
  private let expression: ColumnarExpression?
  private let dataset: Dataset

  init(_ part: SubjectPart, dataset: Dataset, context: EvaluationContext) {
    self.dataset = dataset
    switch part {
    case .field(let name), .listed(let name, _):
      field = dataset.index(of: name)
      expression = nil
    case .computed(_, let computed):
      field = nil
      expression = ColumnarExpression(computed, dataset: dataset, context: context)
    }
  }

  /// Returns the code of every row's value; null is a value like any other. O(rows).
  func codes(of batch: Batch, _ dictionary: inout PartDictionary, _ context: EvaluationContext) -> [Int32] {
    guard let field else {
      guard let expression else { preconditionFailure("a part of a subject is neither field nor expression") }
      return expression.cells(of: batch, context.constants.reading(batch, of: dataset)).map {
        $0 == .unknown ? Self.unknown : dictionary.insert($0)
      }
    }
    let column = batch.column(ofField: field)
    if case .text(let codes, let texts) = column.values {
      return translate(codes, texts, column, &dictionary)
    }
    return (0..<column.count).map { row in
      let cell = column[row]
      // An interval is a date of which the day isn't known.
      if case .interval = cell { return Self.unknown }
      return cell == .unknown ? Self.unknown : dictionary.insert(cell)
    }
  }

  private func translate(
    _ codes: [UInt32], _ texts: TextDictionary, _ column: Column, _ dictionary: inout PartDictionary
  ) -> [Int32] {
    let start = dictionary.translation.count
    if texts.count > start {
      for text in texts.texts(from: start) { dictionary.translation.append(dictionary.insert(.text(text))) }
    }
    let isPlain = column.nullCount == 0 && column.unknownCount == 0
    let null = isPlain ? 0 : dictionary.insert(.null)
    return codes.indices.map { row in
      if isPlain { return dictionary.translation[Int(codes[row])] }
      if !column.known[row] { return Self.unknown }
      return column.validity[row] ? dictionary.translation[Int(codes[row])] : null
    }
  }
}
