internal import CScan
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

  /// The offset in the file of the first byte that is not turned into text yet: a character begins there, and nothing that comes
  /// before it matters.
  var nextOffset: Int { sourceOffset + position }

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

  /// Goes on from another offset, at which a character begins.
  func restart(at offset: Int) {
    sourceOffset = offset
    (position, filled, isAtEnd) = (0, 0, false)
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
    guard encoding == .gb18030 else { return convert(into: &target, from: start, limit: .max) }
    // The table has nearly all characters of real texts; the C library takes those that it lacks one by one.
    var produced = 0
    while true {
      produced += decode(into: &target, from: start + produced)
      // With little room left there is always some text to give back, or else room for one character.
      if produced > 0 && target.count - start - produced < 8 || position == filled { return (produced, 0) }
      let step = convert(into: &target, from: start + produced, limit: 4)
      produced += step.produced
      if step.produced == 0 { return (produced, step.failure) }
    }
  }

  /// Converts characters of one and two bytes up to the first other one, and returns how many bytes they take.
  private func decode(into target: inout [UInt8], from start: Int) -> Int {
    var taken = 0
    let count = source.withUnsafeBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target -> Int in
        guard let bytes = source.baseAddress, let text = target.baseAddress else { return 0 }
        return norma_decode_gb18030(
          bytes + position, filled - position, Self.twoByteCharacters, text + start, target.count - start, &taken)
      }
    }
    position += taken
    return count
  }

  /// The characters of two bytes, as the C library knows them; 0 for bytes that are none.
  private static let twoByteCharacters: [UInt16] = {
    var table = [UInt16](repeating: 0, count: 126 * 256)
    guard let descriptor = iconv_open("UTF-16LE", "GB18030"), Int(bitPattern: descriptor) != -1 else { return table }
    defer { iconv_close(descriptor) }
    let seconds = (0x40...0xFE).filter { $0 != 0x7F }
    var bytes: [UInt8] = []
    for first in 0..<126 {
      bytes.removeAll(keepingCapacity: true)
      for second in seconds {
        bytes.append(UInt8(first + 0x81))
        bytes.append(UInt8(second))
      }
      // Nearly everywhere each pair is one unit of UTF-16, and all that begin alike are asked for at once.
      if let units = units(of: bytes[...], descriptor), units.count == seconds.count {
        for (place, second) in seconds.enumerated() { table[first * 256 + second] = units[place] }
        continue
      }
      for (place, second) in seconds.enumerated() {
        guard let units = units(of: bytes[place * 2..<place * 2 + 2], descriptor), units.count == 1 else { continue }
        table[first * 256 + second] = units[0]
      }
    }
    return table
  }()

  /// Returns the units of UTF-16 that characters of two bytes stand for; nil where any is none.
  private static func units(of bytes: ArraySlice<UInt8>, _ descriptor: iconv_t) -> [UInt16]? {
    var bytes = Array(bytes)
    var units = [UInt16](repeating: 0, count: bytes.count)
    let length = bytes.withUnsafeMutableBytes { bytes in
      units.withUnsafeMutableBytes { units -> Int? in
        var input = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        var output = units.baseAddress?.assumingMemoryBound(to: CChar.self)
        var (inputCount, outputCount) = (bytes.count, units.count)
        let failed = iconv(descriptor, &input, &inputCount, &output, &outputCount) == -1
        return failed ? nil : units.count - outputCount
      }
    }
    guard let length else { return nil }
    units.removeLast(units.count - length / 2)
    for place in units.indices { units[place] = UInt16(littleEndian: units[place]) }
    return units
  }

  /// Converts what there is, but no more than `limit` bytes, by the C library.
  private func convert(
    into target: inout [UInt8], from start: Int, limit: Int
  ) -> (produced: Int, failure: Int32) {
    source.withUnsafeMutableBytes { source in
      target.withUnsafeMutableBytes { target in
        var input = source.baseAddress?.advanced(by: position).assumingMemoryBound(to: CChar.self)
        let given = min(filled - position, limit)
        var inputCount = given
        var output = target.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
        var outputCount = target.count - start
        let failed = iconv(descriptor, &input, &inputCount, &output, &outputCount) == -1
        let failure = failed ? errno : 0
        position += given - inputCount
        return (target.count - start - outputCount, failure)
      }
    }
  }
}
