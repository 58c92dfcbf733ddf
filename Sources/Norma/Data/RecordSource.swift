/// The records of one file, whatever its format: headings first, then the records block by block.
///
/// Reading has two parts. `read` takes the next block and is called in order, one call at a time; `scan` finds the records
/// in it, and may be called for several blocks side by side.
protocol RecordSource {
  /// The texts of the header's cells, as they stand in the file.
  var headings: [String] { get }

  /// The SHA-256 digest of the file in hex digits, once it was read to its end; nil where nobody asked for it.
  var sha256: String? { get }

  /// How many rows of the file come before those of the first block.
  var leadingRowCount: Int { get }

  /// What finds the records in blocks, once the columns are selected.
  var scanner: any BlockScanner { get }

  /// Returns which column holds which of `fields`.
  func match(_ fields: [Field]) -> HeaderMatch

  /// Says which columns are wanted: for each heading the slot of its cells in the blocks, or nil.
  ///
  /// A row that holds nothing but blanks is no record, unless one of `untrimmedSlots` has a cell of blanks.
  mutating func select(slots: [Int?], untrimmedSlots: [Int])

  /// Replaces what `block` holds by the next bytes, those of whole records; false if there are no more.
  mutating func read(into block: inout RecordBlock) throws(SourceProblem) -> Bool
}

extension RecordSource {
  /// Finds the columns of files by their headings.
  func match(_ fields: [Field]) -> HeaderMatch { HeaderMatch(headings: headings, fields: fields) }
}

/// Finds the records in blocks of one file.
protocol BlockScanner: Sendable {
  /// Finds the records of a block, if that is not done. O(bytes).
  func scan(_ block: inout RecordBlock) throws(SourceProblem)
}
