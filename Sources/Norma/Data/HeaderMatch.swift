/// Which column of a file holds which declared field.
struct HeaderMatch {
  /// The headings as they stand in the file.
  let headings: [String]
  /// For each declared field the place of its column from 0, nil where it has none.
  private(set) var columns: [Int?]
  /// What keeps the file from being read.
  private(set) var problems: [SourceProblem] = []
  /// Columns that no field reads.
  private(set) var notes: [SourceNote] = []

  /// Matches columns that are headed by the very names of fields: labels, which a name may equal, play no part.
  init(names: [String], fields: [Field]) {
    headings = names
    columns = fields.map { field in names.firstIndex(of: field.name) }
  }

  /// Matches headings with the fields' names and labels, trimmed and in half-width characters.
  ///
  /// Several fields may share a column. O(headings + labels).
  init(headings: [String], fields: [Field]) {
    self.headings = headings
    let folded = headings.map { CellText.folded($0) }
    var places: [String: [Int]] = [:]
    for (place, heading) in folded.enumerated() where !heading.isEmpty { places[heading, default: []].append(place) }

    self.columns = Array(repeating: nil, count: fields.count)
    var isUsed = [Bool](repeating: false, count: headings.count)
    var missing: [String] = []
    for (index, field) in fields.enumerated() {
      var found: [Int] = []
      for name in [field.name] + field.labels.flatMap({ [$0.zh, $0.en] }) {
        // One name may be written in several ways.
        for place in places[CellText.folded(name)] ?? [] where !found.contains(place) { found.append(place) }
      }
      found.sort()
      for place in found { isUsed[place] = true }
      columns[index] = found.first
      if found.count > 1 {
        problems.append(
          .ambiguousColumn(field: field.name, headings: found.map { headings[$0] }, places: found.map { $0 + 1 }))
      }
      if found.isEmpty, field.isRequired { missing.append(field.name) }
    }

    var unused: [String] = []
    for (place, heading) in folded.enumerated() where !isUsed[place] {
      if heading.isEmpty {
        notes.append(.unnamedColumn(place: place + 1))
      } else {
        notes.append(.unusedColumn(heading: headings[place], place: place + 1))
        unused.append(headings[place])
      }
    }
    problems += missing.map { .missingColumn(field: $0, unused: unused) }
  }
}
