/// The name under which an expression that is open tells which cell of another row it hangs on.
struct CellName: Hashable, Sendable {
  let dataset: String
  let row: Int32
  let field: String

  private static let separator: Character = "\u{1F}"

  init(dataset: String, row: Int32, field: String) {
    self.dataset = dataset
    self.row = row
    self.field = field
  }

  /// Reads the name of a cell; nil for the name of a field of the row itself.
  init?(text: String) {
    let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false)
    guard parts.count == 3, let row = Int32(parts[1]) else { return nil }
    self.init(dataset: String(parts[0]), row: row, field: String(parts[2]))
  }

  /// The name as the attribute of an unknown value.
  var text: String { "\(dataset)\(Self.separator)\(row)\(Self.separator)\(field)" }
}
