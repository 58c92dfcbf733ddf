/// How much of what an audit finds its report lists. All of it is counted, and so are the obligations that hang on a cell.
public struct Listing: Hashable, Sendable {
  /// How many findings of a rule that have the same outcome: those of rows in the order of the rows, others by subject and
  /// period.
  public let findings: Int
  /// How many of the cells that would decide a finding.
  public let missing: Int
  /// How many cells and rows that could not be taken as they stand.
  public let dataFindings: Int
  /// How many of the cells on which undetermined obligations hang.
  public let cellsToSupply: Int

  /// Creates a listing of so many at most.
  public init(findings: Int, missing: Int, dataFindings: Int, cellsToSupply: Int) {
    self.findings = findings
    self.missing = missing
    self.dataFindings = dataFindings
    self.cellsToSupply = cellsToSupply
  }

  /// All that was found.
  public static let everything = Listing(findings: .max, missing: .max, dataFindings: .max, cellsToSupply: .max)

  /// Returns what two reports need together.
  public func union(_ other: Self) -> Self {
    Self(
      findings: max(findings, other.findings), missing: max(missing, other.missing),
      dataFindings: max(dataFindings, other.dataFindings), cellsToSupply: max(cellsToSupply, other.cellsToSupply))
  }
}
