/// Why a data file cannot be read as its dataset.
///
/// Rows of the file may have been handed on before the problem was met; they must then not be judged.
public enum SourceProblem: Error, Hashable, Sendable {
  /// There is no such file.
  case notFound
  /// It is a folder, or a device.
  case notAFile
  /// It may not be read.
  case notPermitted
  /// The system cannot read it, for the reason it numbers.
  case unreadable(errorNumber: Int32)
  /// It was written to while it was read.
  case changed
  /// It holds no byte.
  case empty
  /// It is not in the encoding that it is marked as or that the project names, from the byte at `offset` on.
  case notInEncoding(TextEncoding, offset: Int)
  /// Its encoding cannot be told: it is not UTF-8 from one byte on, nor GB 18030 from the other on.
  case unknownEncoding(utf8Offset: Int, gb18030Offset: Int)
  /// The system has no tables for its encoding.
  case unsupportedEncoding(TextEncoding)
  /// No row holds column headings: all are blank, or the project names a row past the end.
  case noHeader
  /// A required field has no column; `unused` are the headings that match no field.
  case missingColumn(field: String, unused: [String])
  /// Several columns match one field; their headings and their places from 1.
  case ambiguousColumn(field: String, headings: [String], places: [Int])
  /// A quote opens in the row and is never closed.
  case unterminatedQuote(row: Int, place: Int)
  /// A row goes on for more bytes than a row can have, which points to a quote that is not closed.
  case rowTooLong(row: Int, limit: Int)
}

/// Something about a data file that is worth telling, and keeps nothing from being judged.
public enum SourceNote: Hashable, Sendable {
  /// A column matches no field; its heading and its place from 1.
  case unusedColumn(heading: String, place: Int)
  /// A column has no heading; its place from 1.
  case unnamedColumn(place: Int)
}
