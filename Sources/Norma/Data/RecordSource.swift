/// The records of one file, whatever its format: headings first, then the records block by block.
protocol RecordSource {
  /// The texts of the header's cells, as they stand in the file.
  var headings: [String] { get }

  /// Returns which column holds which of `fields`.
  func match(_ fields: [Field]) -> HeaderMatch

  /// Says which columns are wanted: for each heading the slot of its cells in the blocks, or nil.
  ///
  /// A row that holds nothing but blanks is no record, unless one of `untrimmedSlots` has a cell of blanks.
  mutating func select(slots: [Int?], untrimmedSlots: [Int])

  /// Replaces the records of `block` by the next ones, at most `Batch.capacity`; false if there are no more.
  mutating func read(into block: inout RecordBlock) throws(SourceProblem) -> Bool
}

extension RecordSource {
  /// Finds the columns of files by their headings.
  func match(_ fields: [Field]) -> HeaderMatch { HeaderMatch(headings: headings, fields: fields) }
}
