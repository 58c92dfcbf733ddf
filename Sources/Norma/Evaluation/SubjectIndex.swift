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
  /// The codes of the subjects' keys.
  private(set) var keys: SubjectKeys
  private var isCertain: [Bool] = []
  /// The first row that names each subject; -1 for those that are given, and the greatest number for those that no row
  /// names.
  private var firstRows: [Int32] = []
  private var listedCount = 0
  /// For parts with listed values the values, nil for the others; empty unless there are both.
  private let mixedLists: [[Cell]?]
  /// Owners below -1 are rows with unknown parts; their codes are kept here.
  private var open: [[Int32?]] = []
  private var openPlaces: [[Int32?]: Int32] = [:]
  /// How many rows have each of these combinations.
  private var openCounts: [Int] = []
  private var openFirstRows: [Int32] = []
  /// For subjects of one part that is a text, the owner of each text code; `unasked` where no row had it, or none that is
  /// certainly there.
  private var ownersByCode: [Int32] = []
  private static let unasked = Int32.min
  private let context: EvaluationContext

  init(parts: [SubjectPart], dataset: Dataset, roster: Roster?, context: EvaluationContext) {
    self.roster = roster
    self.context = context
    organization = parts.isEmpty
    self.parts = parts.map { PartReader($0, dataset: dataset, context: context) }
    codes = parts.map { _ in PartDictionary() }
    keys = SubjectKeys(width: parts.count)
    let lists = parts.map(\.listedValues)
    mixedLists = roster == nil && lists.contains { $0 != nil } && lists.contains { $0 == nil } ? lists : []
    if parts.isEmpty { insert([], isCertain: true, row: -1) }
    if let roster {
      codes[0] = PartDictionary(roster.subjects.map(\.key).filter { $0 != .unknown })
      var known: Int32 = 0
      for (place, subject) in roster.subjects.enumerated() {
        // A subject without a known key has a code that no row can have.
        insert([subject.key == .unknown ? Int32.max - Int32(place) : known], isCertain: true, row: -1)
        if subject.key != .unknown { known += 1 }
      }
    }
    if !lists.isEmpty, lists.allSatisfy({ $0 != nil }) {
      let values = lists.compactMap { $0 }
      for combination in Self.combinations(of: values) {
        insert(combination.indices.map { codes[$0].insert(combination[$0]) }, isCertain: true, row: -1)
      }
      listedCount = keys.count
    }
  }

  /// How many subjects there are so far.
  var count: Int { keys.count }

  /// The subjects, each with its key.
  var subjects: [GroupResult.Subject] {
    (0..<keys.count).map { subject in
      let key =
        roster.map { [$0.subjects[subject].key] }
        ?? codes.indices.map { codes[$0][keys.code(of: subject, part: $0)] }
      return GroupResult.Subject(key: key, rosterRow: roster == nil ? nil : subject, isCertain: isCertain[subject])
    }
  }

  /// The keys that rows may have which name no subject certainly, one for each such row; none where the subjects are
  /// given.
  var openKeys: [[Cell]] {
    if roster != nil || listedCount > 0 { return [] }
    return open.indices.sorted { openFirstRows[$0] < openFirstRows[$1] }.flatMap { index in
      let parts = open[index]
      let key = parts.indices.map { place in parts[place].map { codes[place][$0] } ?? .unknown }
      return repeatElement(key, count: openCounts[index])
    }
  }

  /// Returns the codes of an owner's parts, nil where a part isn't known.
  func codes(of owner: Int32) -> [Int32?] {
    owner >= 0 ? keys[Int(owner)].map { $0 } : open[Int(-2 - owner)]
  }

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
      let place = Int32(batch.firstRow + row)
      return key.contains(PartReader.unknown) ? openOwner(key, row: place) : owner(key, seen: seen, row: place)
    }
  }

  private mutating func singleOwners(of batch: Batch, places: RowPositions) -> [Int32] {
    if let (texts, dictionary, column) = parts[0].texts(of: batch), column.nullCount == 0, column.unknownCount == 0 {
      return textOwners(texts, dictionary, batch, places)
    }
    let column = parts[0].codes(of: batch, &codes[0], context)
    // One look per code: the owners of codes seen before are at hand.
    var known: [Int32: Int32] = [:]
    return (0..<batch.count).map { row in
      let seen = Self.seen(row, places, batch)
      if seen == .no { return Self.nobody }
      let code = column[row]
      let place = Int32(batch.firstRow + row)
      if code == PartReader.unknown { return openOwner([code], row: place) }
      if let found = known[code], seen != .yes || isCertainly(found) { return found }
      let found = owner([code], seen: seen, row: place)
      known[code] = found
      return found
    }
  }

  /// The owners of rows whose only part is a text, which none of them lacks.
  private mutating func textOwners(
    _ texts: [UInt32], _ dictionary: TextDictionary, _ batch: Batch, _ places: RowPositions
  ) -> [Int32] {
    if let roster, let known = roster.subjectsByText, known.dictionary === dictionary {
      return rosterOwners(texts, known.subjects, batch, places)
    }
    let translation = codes[0].codes(of: dictionary)
    if ownersByCode.count < translation.count {
      let missing = max(translation.count, ownersByCode.count * 2) - ownersByCode.count
      ownersByCode.append(contentsOf: repeatElement(Self.unasked, count: missing))
    }
    let isPlain = places.isAllSeen && batch.certainty == nil
    if isPlain, let owners = knownOwners(texts) { return owners }
    var owners = [Int32](repeating: Self.nobody, count: batch.count)
    for row in texts.indices {
      let seen = isPlain ? .yes : Self.seen(row, places, batch)
      if seen == .no { continue }
      var found = ownersByCode[Int(texts[row])]
      if found == Self.unasked {
        found = owner([translation[texts[row]]], seen: seen, row: Int32(batch.firstRow + row))
        if isCertainly(found) { ownersByCode[Int(texts[row])] = found }
      }
      owners[row] = found
    }
    return owners
  }

  /// The owners of texts that rows had before; nil where one is new.
  private func knownOwners(_ texts: [UInt32]) -> [Int32]? {
    var hasNew = false
    let owners = [Int32](unsafeUninitializedCapacity: texts.count) { owners, count in
      count = texts.count
      texts.withUnsafeBufferPointer { texts in
        ownersByCode.withUnsafeBufferPointer { known in
          for row in 0..<texts.count {
            let code = Int(texts[row])
            precondition(code < known.count, "a text has a code that its dictionary does not have")
            owners[row] = known[code]
            hasNew = hasNew || known[code] == Self.unasked
          }
        }
      }
    }
    return hasNew ? nil : owners
  }

  /// The owners of rows whose texts are keys of the roster by the same codes, or nobody's.
  private func rosterOwners(_ texts: [UInt32], _ subjects: [Int32], _ batch: Batch, _ places: RowPositions) -> [Int32] {
    let isPlain = places.isAllSeen && batch.certainty == nil
    return texts.indices.map { row in
      let code = Int(texts[row])
      if !isPlain, Self.seen(row, places, batch) == .no { return Self.nobody }
      // Texts that came into the dictionary after the roster was read are no keys.
      return code < subjects.count ? subjects[code] : Self.nobody
    }
  }

  /// Whether the row was there on the day of the audit.
  private static func seen(_ row: Int, _ places: RowPositions, _ batch: Batch) -> Truth {
    let seen = places.isSeen(row)
    return seen == .yes && !batch.isCertain(row) ? .unknown : seen
  }

  private func isCertainly(_ owner: Int32) -> Bool { owner < 0 || isCertain[Int(owner)] }

  private mutating func owner(_ key: [Int32], seen: Truth, row: Int32) -> Int32 {
    if let owner = keys.subject(of: key) {
      if seen == .yes { isCertain[Int(owner)] = true }
      firstRows[Int(owner)] = min(firstRows[Int(owner)], row)
      return owner
    }
    if roster != nil || listedCount > 0 { return Self.nobody }
    for (place, values) in mixedLists.enumerated() {
      // A value that is not listed owes nothing.
      if let values, !values.contains(codes[place][key[place]]) {
        return Self.nobody
      }
    }
    return insert(key, isCertain: seen == .yes, row: row)
  }

  private mutating func openOwner(_ key: [Int32], row: Int32, count: Int = 1) -> Int32 {
    let parts = key.map { $0 == PartReader.unknown ? nil : $0 }
    if let place = openPlaces[parts] {
      openCounts[Int(-2 - place)] += count
      openFirstRows[Int(-2 - place)] = min(openFirstRows[Int(-2 - place)], row)
      return place
    }
    let place = Int32(-2 - open.count)
    open.append(parts)
    openCounts.append(count)
    openFirstRows.append(row)
    openPlaces[parts] = place
    return place
  }

  @discardableResult
  private mutating func insert(_ key: [Int32], isCertain certain: Bool, row: Int32) -> Int32 {
    let owner = Int32(keys.count)
    keys.append(key)
    isCertain.append(certain)
    firstRows.append(row)
    return owner
  }

  /// Adds a subject that other rows name, if there is none with this key yet.
  mutating func include(_ key: [Cell], isCertain: Bool) {
    if organization || roster != nil || key.contains(where: \.isOpen) { return }
    _ = owner(key.indices.map { codes[$0].insert(key[$0]) }, seen: isCertain ? .yes : .unknown, row: .max)
  }

  // MARK: Parts of the data

  /// How the subjects and codes of another index are called in this one.
  struct Names {
    let subjects: [Int32]
    /// For each part our code for each of the other's; nil where they are the same.
    fileprivate let codes: [[Int32]?]

    /// The place of an open row by our codes.
    func place(_ place: WildPlace) -> WildPlace {
      WildPlace(
        parts: place.parts.indices.map { part in place.parts[part].map { codes[part]?[Int($0)] ?? $0 } },
        slots: place.slots)
    }
  }

  /// Takes in the subjects that another part of the data names. O(subjects + codes).
  mutating func merge(_ other: SubjectIndex) -> Names {
    let translations = codes.indices.map { codes[$0].translation(of: other.codes[$0]) }
    // A subject of the roster without a known key has a code that stands for nothing.
    func translated(_ part: Int, _ code: Int32) -> Int32 {
      guard let codes = translations[part], Int(code) < codes.count else { return code }
      return codes[Int(code)]
    }
    let subjects = (0..<other.keys.count).map { subject -> Int32 in
      if roster != nil || organization || subject < listedCount { return Int32(subject) }
      let key = codes.indices.map { translated($0, other.keys.code(of: subject, part: $0)) }
      return owner(key, seen: other.isCertain[subject] ? .yes : .unknown, row: other.firstRows[subject])
    }
    for index in other.open.indices {
      let parts = other.open[index]
      let key = parts.indices.map { part in parts[part].map { translated(part, $0) } ?? PartReader.unknown }
      _ = openOwner(key, row: other.openFirstRows[index], count: other.openCounts[index])
    }
    return Names(subjects: subjects, codes: translations)
  }

  /// Puts the subjects in the order in which rows name them, and returns the new place of each; nil where they are in order.
  /// O(subjects log subjects).
  mutating func sort() -> [Int32]? {
    if zip(firstRows, firstRows.dropFirst()).allSatisfy({ $0 <= $1 }) { return nil }
    let order = firstRows.indices.sorted { (firstRows[$0], $0) < (firstRows[$1], $1) }
    var places = [Int32](repeating: 0, count: keys.count)
    for (place, subject) in order.enumerated() { places[subject] = Int32(place) }
    keys.reorder(order)
    isCertain = order.map { isCertain[$0] }
    firstRows = order.map { firstRows[$0] }
    ownersByCode = []
    return places
  }

  /// Lets every combination of values that rows show take each of the listed values of the other parts.
  mutating func completeListedValues() {
    guard !mixedLists.isEmpty else { return }
    for subject in 0..<keys.count {
      let certain = isCertain[subject]
      var combinations: [[Int32]] = [[]]
      for (place, values) in mixedLists.enumerated() {
        let options = values.map { $0.map { codes[place].insert($0) } } ?? [keys.code(of: subject, part: place)]
        combinations = combinations.flatMap { head in options.map { head + [$0] } }
      }
      for key in combinations {
        if let owner = keys.subject(of: key) {
          if certain { isCertain[Int(owner)] = true }
        } else {
          insert(key, isCertain: certain, row: .max)
        }
      }
    }
  }

  private static func combinations(of lists: [[Cell]]) -> [[Cell]] {
    lists.reduce([[]]) { combinations, list in combinations.flatMap { head in list.map { head + [$0] } } }
  }
}
