/// The dictionaries of the text fields that hold each other's values: a reference and the key that it names have one, so
/// that rows find each other by code.
struct ReferenceDictionaries: Sendable {
  private var dictionaries: [String: [String: TextDictionary]] = [:]

  /// No dictionaries.
  init() {}

  /// Makes a dictionary for every group of fields that references join. O(fields), and O(fields of a group) for each that is
  /// joined to another.
  init(_ datasets: [Dataset]) {
    var groups: [[Place]] = []
    var numbers: [Place: Int] = [:]
    func number(_ place: Place) -> Int {
      if let known = numbers[place] { return known }
      numbers[place] = groups.count
      groups.append([place])
      return groups.count - 1
    }
    for dataset in datasets {
      for reference in dataset.fields.compactMap(\.reference) {
        for pair in reference.match {
          let theirs = number(Place(dataset: reference.dataset, field: pair.theirs))
          let ours = number(Place(dataset: dataset.name, field: pair.ours))
          if ours == theirs { continue }
          for place in groups[ours] { numbers[place] = theirs }
          groups[theirs] += groups[ours]
          groups[ours] = []
        }
      }
    }
    for group in groups where !group.isEmpty {
      let dictionary = TextDictionary()
      for place in group { dictionaries[place.dataset, default: [:]][place.field] = dictionary }
    }
  }

  private struct Place: Hashable {
    let dataset: String
    let field: String
  }

  /// Returns the dictionaries of a dataset's fields by name; the others have their own.
  subscript(dataset: String) -> [String: TextDictionary] { dictionaries[dataset] ?? [:] }
}
