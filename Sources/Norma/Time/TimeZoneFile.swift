/// Reads the compiled time zone files of the machine: RFC 8536, "The Time Zone Information Format (TZif)".
enum TimeZoneFile {
  /// Decodes a file; nil if it is no TZif file, is damaged, or counts leap seconds, which civil time does not.
  static func rules(name: String, from bytes: [UInt8]) -> TimeZoneRules? {
    guard var block = Block(bytes[...], timeSize: 4) else { return nil }
    // From version 2 on the same follows again with 64-bit times, and then the rule for the years after.
    guard block.version >= UInt8(ascii: "2") else { return block.rules(name: name, recurring: nil) }
    guard let wide = Block(block.rest, timeSize: 8) else { return nil }
    block = wide
    guard block.rest.first == 0x0A, let end = block.rest.dropFirst().firstIndex(of: 0x0A) else { return nil }
    let footer = block.rest[block.rest.startIndex + 1..<end]
    guard !footer.isEmpty else { return block.rules(name: name, recurring: nil) }
    guard let recurring = RecurringOffset(posix: footer) else { return nil }
    return block.rules(name: name, recurring: recurring)
  }

  /// A header and its data, section 3.1 and 3.2.
  private struct Block {
    let version: UInt8
    let rest: ArraySlice<UInt8>
    private let times: ArraySlice<UInt8>
    private let types: ArraySlice<UInt8>
    private let records: ArraySlice<UInt8>
    private let timeSize: Int

    init?(_ bytes: ArraySlice<UInt8>, timeSize: Int) {
      guard bytes.count >= 44, bytes.starts(with: "TZif".utf8) else { return nil }
      let start = bytes.startIndex
      let counts = (0..<6).map { index in Int(bigEndian(bytes[start + 20 + 4 * index..<start + 24 + 4 * index])) }
      let (utcIndicators, standardIndicators, leapSeconds) = (counts[0], counts[1], counts[2])
      let (timeCount, typeCount, characters) = (counts[3], counts[4], counts[5])
      let sizes = [
        timeCount * timeSize, timeCount, typeCount * 6, characters, leapSeconds * (timeSize + 4), standardIndicators,
        utcIndicators,
      ]
      guard leapSeconds == 0, counts.allSatisfy({ count in count >= 0 }),
        sizes.reduce(44, +) <= bytes.count
      else { return nil }
      version = bytes[start + 4]
      var position = start + 44
      times = bytes[position..<position + sizes[0]]
      position += sizes[0]
      types = bytes[position..<position + sizes[1]]
      position += sizes[1]
      records = bytes[position..<position + sizes[2]]
      rest = bytes[(start + sizes.reduce(44, +))...]
      self.timeSize = timeSize
    }

    /// Builds the zone; nil without a type of local time, and if transitions are out of order or name no type.
    func rules(name: String, recurring: RecurringOffset?) -> TimeZoneRules? {
      let known = stride(from: records.startIndex, to: records.endIndex, by: 6).map { position in
        Int32(truncatingIfNeeded: bigEndian(records[position..<position + 4]))
      }
      let transitions = stride(from: times.startIndex, to: times.endIndex, by: timeSize).map { position in
        bigEndian(times[position..<position + timeSize])
      }
      // Local time before the first transition is that of the first type, section 3.2.
      guard let first = known.first, types.allSatisfy({ type in Int(type) < known.count }),
        known.allSatisfy({ offset in offset > -93_600 && offset < 93_600 }),
        zip(transitions, transitions.dropFirst()).allSatisfy({ earlier, later in earlier < later })
      else { return nil }
      return TimeZoneRules(
        name: name, origin: .database, transitions: transitions,
        offsets: [first] + types.map { type in known[Int(type)] }, recurring: recurring)
    }
  }

  /// Reads a signed number of four or eight bytes, the most significant first.
  private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int64 {
    let start: Int64 = (bytes.first ?? 0) & 0x80 == 0 ? 0 : -1
    return bytes.reduce(start) { value, byte in value << 8 | Int64(byte) }
  }
}
