internal import CScan

/// A file of text, delivered piece by piece, with its hash and its encoding.
///
/// UTF-8 is delivered as it stands in the file, and has to be checked by whoever takes it; text of other encodings is
/// delivered as UTF-8.
final class TextFile {
  /// The encoding of the text.
  let encoding: TextEncoding
  /// Where the bytes stop being UTF-8; nil where they are, or were never asked.
  let utf8Failure: Int?
  private let file: DataFile
  private let hash: SHA256?
  private let transcoder: Transcoder?
  /// The offset in the file of the next byte.
  private(set) var offset = 0
  /// The SHA-256 digest of the file's bytes in hex digits, once all of them were read; nil where it was not asked for.
  private(set) var sha256: String?

  /// How many bytes are looked at at a time to tell the encoding.
  private static let sampleSize = 1 << 16
  /// How much the characters beyond ASCII that are spelled right must say. Of two-byte characters of GB 2312 about one in
  /// seven reads as a character of UTF-8 with two bytes, and far fewer as a part of one with three: fourteen of those, or
  /// seven of these, are no accident.
  private static let certainty = 28

  /// Opens the file at `path` and tells its encoding.
  ///
  /// A byte order mark decides; else the encoding is the one given; else it is UTF-8 if the first characters beyond ASCII
  /// are spelled as it spells them, and else GB 18030.
  init(path: String, encoding given: TextEncoding?, blockSize: Int, hashes: Bool = true) throws(SourceProblem) {
    let file = try DataFile(path: path)
    guard file.size > 0 else { throw .empty }
    var start = [UInt8](repeating: 0, count: 4)
    start.removeLast(4 - (try file.read(at: 0, into: &start, from: 0)))
    let marked = TextEncoding.marked(by: start[...])
    var failure: Int?
    if marked == nil, given == nil { failure = try Self.utf8Failure(file) }
    self.file = file
    encoding = marked ?? given ?? (failure == nil ? .utf8 : .gb18030)
    utf8Failure = failure
    hash = hashes ? SHA256() : nil
    let mark = start.prefix(marked?.byteOrderMark.count ?? 0)
    transcoder =
      encoding == .utf8 ? nil : try Transcoder(encoding, offset: mark.count, blockSize: min(blockSize, file.size))
    hash?.update(mark)
    offset = mark.count
  }

  /// What tells whether the file is written to.
  var state: DataFile.State { file.openedState }

  /// How many bytes the file has.
  var size: Int { file.size }

  /// The offset in the file of the first byte that is not delivered yet.
  var textOffset: Int { transcoder?.nextOffset ?? offset }

  /// Whether the pieces are the bytes of the file.
  var isVerbatim: Bool { transcoder == nil }

  /// Puts the next text into `target` from `start` on and returns how many bytes it takes; 0 at the end.
  ///
  /// There must be room for four bytes.
  func read(into target: inout [UInt8], from start: Int) throws(SourceProblem) -> Int {
    let count: Int
    if let transcoder {
      do throws(SourceProblem) {
        count = try transcoder.read(into: &target, from: start) { (bytes, start) throws(SourceProblem) in
          try self.readBytes(into: &bytes, from: start)
        }
      } catch {
        guard case .notInEncoding(_, let offset) = error, let utf8Failure else { throw error }
        throw .unknownEncoding(utf8Offset: utf8Failure, gb18030Offset: offset)
      }
    } else {
      count = try readBytes(into: &target, from: start)
    }
    if count == 0 {
      try file.checkUnchanged()
      if sha256 == nil { sha256 = hash?.hexDigest() }
    }
    return count
  }

  private func readBytes(into target: inout [UInt8], from start: Int) throws(SourceProblem) -> Int {
    let count = try file.read(at: offset, into: &target, from: start)
    offset += count
    hash?.update(target[start..<(start + count)])
    return count
  }

  /// How much the characters beyond ASCII say that begin in bytes of UTF-8: two for each, four for one of three bytes or four.
  private static func evidence(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes))
    var count = 0
    var place = 0
    while place < bytes.count {
      // Most files are ASCII for long stretches.
      while place + 8 <= bytes.count,
        bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        place += 8
      }
      for byte in bytes[place..<min(place + 8, bytes.count)] where byte >= 0xC0 { count += byte >= 0xE0 ? 4 : 2 }
      place += 8
    }
    return count
  }

  /// Returns where the first bytes that would tell are no UTF-8; nil where they are. O(bytes until that is certain).
  private static func utf8Failure(_ file: DataFile) throws(SourceProblem) -> Int? {
    var sample = [UInt8](repeating: 0, count: min(sampleSize, file.size))
    var offset = 0
    var evidence = 0
    while evidence < certainty {
      let count = try file.read(at: offset, into: &sample, from: 0)
      if count == 0 { return nil }
      let valid = sample.withUnsafeBufferPointer { norma_find_invalid_utf8($0.baseAddress, count) }
      // A character may be cut off by the end of the sample, but not by that of the file.
      if valid < count, count - valid > 3 || offset + count == file.size || valid == 0 { return offset + valid }
      evidence += sample.withUnsafeBufferPointer { Self.evidence(in: $0[..<valid]) }
      offset += valid
    }
    return nil
  }
}
