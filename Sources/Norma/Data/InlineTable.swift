/// Rows of a dataset that are written down beside a rule instead of in a file.
public struct InlineTable: Hashable, Sendable {
  /// The rows, in order; the first one is row 1.
  public let rows: [[Value]]

  /// A field with the text of its cell.
  public struct Value: Hashable, Sendable {
    /// The field's name.
    public let field: String
    /// The text as a sheet would hold it; nil for an empty cell.
    public let text: String?
  }
}

/// The rows of an inline table as records.
///
/// A field has a column if it is required or if any row names it, so that an optional field of which no row speaks is
/// missing as it would be from a sheet. What a row leaves out is an empty cell.
struct InlineSource: RecordSource {
  let headings: [String]
  private let rows: [[InlineTable.Value]]
  private var slots: [Int?] = []
  private var untrimmedSlots: Set<Int> = []
  private var next = 0
  let leadingRowCount = 0
  let sha256: String? = nil

  /// How many rows a block has.
  private static let blockRowCount = 16_384

  init(_ table: InlineTable, fields: [Field]) {
    let named = table.rows.reduce(into: Set<String>()) { $0.formUnion($1.map(\.field)) }
    headings = fields.filter { $0.isRequired || named.contains($0.name) }.map(\.name)
    rows = table.rows
  }

  var scanner: any BlockScanner { InlineScanner() }

  func match(_ fields: [Field]) -> HeaderMatch { HeaderMatch(names: headings, fields: fields) }

  mutating func select(slots: [Int?], untrimmedSlots: [Int]) {
    self.slots = slots
    self.untrimmedSlots = Set(untrimmedSlots)
  }

  mutating func read(into block: inout RecordBlock) throws(SourceProblem) -> Bool {
    block.removeRecords()
    guard next < rows.count else { return false }
    block.bytes = []
    block.number = next / Self.blockRowCount
    let end = min(rows.count, next + Self.blockRowCount)
    for row in rows[next..<end] { append(row, to: &block) }
    next = end
    block.byteCount = block.bytes.count
    block.isLast = next == rows.count
    block.finishAppending()
    return true
  }

  private func append(_ row: [InlineTable.Value], to block: inout RecordBlock) {
    var isBlank = true
    var record = [CellRange](repeating: .missing, count: block.slotCount)
    for (column, heading) in headings.enumerated() {
      guard let slot = slots[column] else { continue }
      let text = row.first { $0.field == heading }?.text ?? ""
      let start = UInt32(block.bytes.count)
      block.bytes += text.utf8
      let range = CellRange(start: start, end: UInt32(block.bytes.count))
      record[slot] = range
      let isEmpty = untrimmedSlots.contains(slot) ? range.isEmpty : CellText.isBlank(range, in: block.bytes.span)
      isBlank = isBlank && isEmpty
    }
    block.append(isBlank ? nil : record)
  }
}

/// Rows that are written down are records as they are.
private struct InlineScanner: BlockScanner {
  func scan(_ block: inout RecordBlock) {}
}
