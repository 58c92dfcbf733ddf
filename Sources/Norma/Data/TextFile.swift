/// A file of text, delivered as UTF-8 in blocks, with its hash and its encoding.
final class TextFile {
  /// The SHA-256 digest of the file's bytes, in hex digits.
  let sha256: String
  /// The encoding of its text.
  let encoding: TextEncoding
  private let file: DataFile
  private let transcoder: Transcoder?
  /// Where the bytes stop being UTF-8; nil where they are, or were never asked.
  private let utf8Failure: Int?

  /// Opens the file at `path` and reads it once through, to hash it and to tell its encoding; then it is rewound.
  ///
  /// A byte order mark decides; else the encoding is the one given; else UTF-8 if the whole file is that; else GB 18030.
  init(path: String, encoding given: TextEncoding?, blockSize: Int) throws(SourceProblem) {
    let file = try DataFile(path: path)
    var hash = SHA256()
    var validator = UTF8Validator()
    var start: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: max(blockSize, 8))
    while true {
      let count = try file.read(into: &buffer, from: 0)
      if count == 0 { break }
      hash.update(buffer[..<count])
      validator.update(buffer[..<count])
      if start.count < 4 { start += buffer[..<count].prefix(4 - start.count) }
    }
    validator.finish()
    guard !start.isEmpty else { throw .empty }
    let marked = TextEncoding.marked(by: start[...])
    let encoding = marked ?? given ?? (validator.invalidOffset == nil ? .utf8 : .gb18030)
    if encoding == .utf8, let offset = validator.invalidOffset { throw .notInEncoding(.utf8, offset: offset) }

    let markLength = marked?.byteOrderMark.count ?? 0
    file.rewind()
    if markLength > 0 {
      var mark = [UInt8](repeating: 0, count: markLength)
      var filled = 0
      while filled < markLength { filled += try max(file.read(into: &mark, from: filled), 1) }
    }
    self.file = file
    self.sha256 = hash.hexDigest()
    self.encoding = encoding
    self.transcoder =
      encoding == .utf8 ? nil : try Transcoder(encoding, offset: markLength, blockSize: blockSize)
    self.utf8Failure = marked == nil && given == nil ? validator.invalidOffset : nil
  }

  /// Puts the next text into `target` from `start` on and returns how many bytes it takes; 0 at the end.
  ///
  /// There must be room for four bytes.
  func read(into target: inout [UInt8], from start: Int) throws(SourceProblem) -> Int {
    let count: Int
    if let transcoder {
      do throws(SourceProblem) {
        count = try transcoder.read(from: file, into: &target, from: start)
      } catch {
        guard case .notInEncoding(_, let offset) = error, let utf8Failure else { throw error }
        throw .unknownEncoding(utf8Offset: utf8Failure, gb18030Offset: offset)
      }
    } else {
      count = try file.read(into: &target, from: start)
    }
    if count == 0 { try file.checkUnchanged() }
    return count
  }
}
