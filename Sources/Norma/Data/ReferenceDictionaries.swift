/// The dictionaries of the text fields that hold each other's values: a reference and the key that it names have one, so
/// that rows find each other by code.
struct ReferenceDictionaries: Sendable {
  private var dictionaries: [String: [String: TextDictionary]] = [:]

  /// No dictionaries.
  init() {}

  /// Makes a dictionary for every group of fields that references join. O(fields × groups).
  init(_ datasets: [Dataset]) {
    var groups: [Set<Place>] = []
    for dataset in datasets {
      for reference in dataset.fields.compactMap(\.reference) {
        for pair in reference.match {
          let joined: Set = [
            Place(dataset: dataset.name, field: pair.ours), Place(dataset: reference.dataset, field: pair.theirs),
          ]
          let touched = groups.filter { !$0.isDisjoint(with: joined) }
          groups.removeAll { !$0.isDisjoint(with: joined) }
          groups.append(touched.reduce(joined) { $0.union($1) })
        }
      }
    }
    for group in groups {
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
