/// How the datasets of a rule base refer to each other, both ways.
public struct Relationships: Sendable {
  /// Rows of a dataset that refer to a row of another by one of its fields.
  public struct List: Hashable, Sendable {
    /// The dataset whose rows refer.
    public let dataset: String
    /// The field that has the reference.
    public let field: String

    /// The name that it has where references share one.
    public var fullName: String { "\(dataset)_by_\(field)" }
  }

  private var datasets: [String: Dataset] = [:]
  /// For each dataset the lists of rows that refer to its rows, by name; several where references share a name.
  private var lists: [String: [String: [List]]] = [:]

  /// Finds the references between datasets. O(fields).
  public init(_ datasets: [String: Dataset]) {
    for name in datasets.keys.sorted() {
      if let dataset = datasets[name] { add(dataset) }
    }
  }

  private mutating func add(_ dataset: Dataset) {
    datasets[dataset.name] = dataset
    for field in dataset.fields {
      guard let reference = field.reference else { continue }
      let name = reference.inverseName ?? dataset.name
      lists[reference.dataset, default: [:]][name, default: []].append(List(dataset: dataset.name, field: field.name))
    }
  }

  /// Returns the dataset called `name`.
  public func dataset(_ name: String) -> Dataset? { datasets[name] }

  /// The names of all datasets.
  public var names: [String] { datasets.keys.sorted() }

  /// Returns the reference that a field of a dataset is; nil where it is none.
  public func reference(_ field: String, of dataset: String) -> Field.Reference? {
    guard let dataset = datasets[dataset], let index = dataset.index(of: field) else { return nil }
    return dataset.fields[index].reference
  }

  /// Returns the rows that refer to a row of `dataset` and go by the name `name`; several where references share it.
  public func lists(_ name: String, of dataset: String) -> [List] {
    guard let named = lists[dataset] else { return [] }
    if let found = named[name] { return found }
    // References that share a name can be told apart by their fields.
    return shared(named).filter { $0.fullName == name }.min { $0.dataset < $1.dataset }.map { [$0] } ?? []
  }

  /// The names of the lists of rows that refer to a row of `dataset`.
  public func listNames(of dataset: String) -> [String] {
    guard let named = lists[dataset] else { return [] }
    return Set(named.keys).union(shared(named).map(\.fullName)).sorted()
  }

  /// The lists that share their names with others.
  private func shared(_ named: [String: [List]]) -> some Sequence<List> {
    named.values.lazy.filter { $0.count > 1 }.joined()
  }

  /// The fields of `dataset` that hold the key of the row that `field` refers to, in the order of that key.
  func holders(of field: String, in dataset: String) -> [String] {
    reference(field, of: dataset)?.match.map(\.ours) ?? []
  }
}
