/// Reads stretches of a file again, from one anchor to another.
struct StretchReader {
  private let file: DataFile
  private let anchors: RowAnchors
  /// What turns the file's bytes into text; nil where they are the text.
  private let transcoder: Transcoder?

  /// How much text is read before the records in it are found and decoded.
  static let bytesAtOnce = 1 << 18

  /// Opens a file; nil where it can't be read, or was written to since its anchors were noted.
  init?(path: String, _ access: FileAccess) {
    guard let file = try? DataFile(path: path), file.openedState == access.state else { return nil }
    self.file = file
    anchors = access.anchors
    if anchors.texts.isEmpty {
      transcoder = nil
    } else {
      let blockSize = min(Self.bytesAtOnce, file.size)
      guard let encoding = access.encoding, let made = try? Transcoder(encoding, offset: 0, blockSize: blockSize) else {
        return nil
      }
      transcoder = made
    }
  }

  /// Whether a stretch may lead over several anchors; else each is followed by the text of its block alone.
  var mayBeLong: Bool { transcoder == nil }

  /// Puts the text from the first of some anchors up to where the last one's ends into a block from `place` on, and returns how
  /// many bytes it takes; nil where the file can't be read. O(bytes).
  func read(_ range: Range<Int>, into block: inout RecordBlock, at place: Int) -> Int? {
    let start = anchors.offsets[range.lowerBound]
    if let transcoder {
      precondition(range.count == 1, "the text behind \(range.count) anchors does not stand together")
      transcoder.restart(at: start)
      return read(anchors.texts[range.lowerBound], from: start, transcoder, into: &block, at: place)
    }
    let end = range.upperBound == anchors.records.count ? file.size : anchors.offsets[range.upperBound]
    block.grow(to: place + end - start, atMost: Self.bytesAtOnce * 2)
    let count = try? file.read(at: start, into: &block.bytes, from: place, to: place + end - start)
    return count == end - start ? count : nil
  }

  private func read(
    _ text: RowAnchors.Text, from start: Int, _ transcoder: Transcoder, into block: inout RecordBlock, at place: Int
  ) -> Int? {
    let end = place + text.skipped + text.count
    // A transcoder stops before it might lack room for a character.
    block.grow(to: end + 8, atMost: Self.bytesAtOnce * 2)
    var filled = place
    var offset = start
    while filled < end {
      let count = try? transcoder.read(into: &block.bytes, from: filled) { (bytes, from) throws(SourceProblem) in
        let count = try file.read(at: offset, into: &bytes, from: from)
        offset += count
        return count
      }
      guard let count, count > 0 else { return nil }
      filled += count
    }
    block.bytes.withUnsafeMutableBytes { bytes in
      let source = UnsafeRawBufferPointer(rebasing: bytes[(place + text.skipped)..<end])
      UnsafeMutableRawBufferPointer(rebasing: bytes[place..<(place + text.count)]).copyMemory(from: source)
    }
    return text.count
  }
}

extension RecordBlock {
  /// Makes room for `count` bytes and keeps what is there. The room doubles, up to `limit` bytes where these are enough.
  fileprivate mutating func grow(to count: Int, atMost limit: Int) {
    if bytes.count >= count { return }
    bytes += [UInt8](repeating: 0, count: max(count, min(bytes.count * 2, limit)) - bytes.count)
  }
}
