import Glibc

/// Turns text of another encoding into UTF-8, strictly: what cannot be read is a problem and never replaced.
final class Transcoder {
  private let descriptor: iconv_t
  private let encoding: TextEncoding
  /// Bytes of the file that are not turned into text yet are those from `position` up to `filled`.
  private var source: [UInt8]
  private var position = 0
  private var filled = 0
  /// The offset in the file of the first byte of `source`.
  private var sourceOffset: Int
  private var isAtEnd = false

  /// Creates a transcoder for a file whose text begins at `offset`.
  init(_ encoding: TextEncoding, offset: Int, blockSize: Int) throws(SourceProblem) {
    guard let descriptor = iconv_open("UTF-8", encoding.rawValue.uppercased()), Int(bitPattern: descriptor) != -1 else {
      throw .unsupportedEncoding(encoding)
    }
    self.descriptor = descriptor
    self.encoding = encoding
    self.sourceOffset = offset
    // A character takes at most four bytes; less room would never hold one.
    self.source = Array(repeating: 0, count: max(blockSize, 8))
  }

  deinit {
    iconv_close(descriptor)
  }

  /// Puts the next text into `target` from `start` on, and returns how many bytes it takes; 0 at the end.
  ///
  /// There must be room for a character, four bytes. `readBytes` reads on: it fills an array from a place on.
  func read(
    into target: inout [UInt8], from start: Int,
    _ readBytes: (inout [UInt8], Int) throws(SourceProblem) -> Int
  ) throws(SourceProblem) -> Int {
    precondition(target.count - start >= 4, "no room to read into")
    while true {
      let step = convert(into: &target, from: start)
      if step.produced > 0 && step.failure != EILSEQ { return step.produced }
      switch step.failure {
      case EILSEQ: throw .notInEncoding(encoding, offset: sourceOffset + position)
      case EINVAL where isAtEnd: throw .notInEncoding(encoding, offset: sourceOffset + position)
      default: if isAtEnd && position == filled { return 0 }
      }
      let rest = filled - position
      for index in 0..<rest { source[index] = source[position + index] }
      sourceOffset += position
      position = 0
      filled = rest
      let count = try readBytes(&source, filled)
      filled += count
      if count == 0 { isAtEnd = true }
    }
  }

  /// Converts what there is; the failure is 0, or what stopped it.
  private func convert(into target: inout [UInt8], from start: Int) -> (produced: Int, failure: Int32) {
    source.withUnsafeMutableBytes { source in
      target.withUnsafeMutableBytes { target in
        var input = source.baseAddress?.advanced(by: position).assumingMemoryBound(to: CChar.self)
        var inputCount = filled - position
        var output = target.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
        var outputCount = target.count - start
        let failed = iconv(descriptor, &input, &inputCount, &output, &outputCount) == -1
        let failure = failed ? errno : 0
        position = filled - inputCount
        return (target.count - start - outputCount, failure)
      }
    }
  }
}
