import CScan
import Testing

@Suite struct CellScanTests {
  /// What a scan has found.
  private struct Scan: Equatable {
    var ends: [UInt32]
    var recordEnds: [UInt32]
    var lacksRoom: Bool
    var keepsToRoom: Bool
    var flags: [Bool]

    /// Scans with room for as many ends as there may be.
    init(_ bytes: [UInt8], isPortable: Bool) {
      let room = bytes.count + Int(NORMA_SCAN_MARGIN)
      self.init(bytes, isPortable: isPortable, room: room, recordRoom: room)
    }

    init(_ bytes: [UInt8], isPortable: Bool, room: Int, recordRoom: Int) {
      // What stands behind the room must stay as it is.
      var ends = [UInt32](repeating: 7, count: room + 80)
      var records = [UInt32](repeating: 7, count: recordRoom + 80)
      let scan = isPortable ? norma_find_cells_portable : norma_find_cells
      let found = scan(bytes, bytes.count, UInt8(ascii: ","), &ends, room, &records, recordRoom)
      keepsToRoom = ends[room...].allSatisfy { $0 == 7 } && records[recordRoom...].allSatisfy { $0 == 7 }
      lacksRoom = found.lacks_room
      self.ends = Array(ends[..<found.cell_count])
      recordEnds = Array(records[..<found.record_count])
      flags = [
        found.has_quotes, found.has_doubled_quotes, found.has_stray_quotes, found.ends_quoted, found.has_returns,
      ]
    }
  }

  private static let symbols: [[UInt8]] = [
    Array("a".utf8), Array("b1".utf8), Array(",".utf8), Array(",".utf8), Array("\n".utf8), Array("\r\n".utf8),
    Array("\r".utf8), Array("\"x\"".utf8), Array("\"a,\nb\"".utf8), Array("\"a\"\"b\"".utf8), Array("青".utf8),
  ]

  @Test("Both ways of looking for cells find the same, whatever the bytes", arguments: UInt64(1)...200)
  func agreement(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...200, using: &generator) {
      bytes += Self.symbols.randomElement(using: &generator) ?? []
      if Int.random(in: 0..<40, using: &generator) == 0 { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
    }
    #expect(Scan(bytes, isPortable: false) == Scan(bytes, isPortable: true), "seed \(seed)")
  }

  @Test("Cells end at separators and line breaks outside quotes")
  func cells() {
    let scan = Scan(Array("a,\"b,\n\"\r\nc\rd\n".utf8), isPortable: false)
    #expect(scan.ends == [1, 7, 10, 12])
    #expect(scan.recordEnds == [2, 3, 4])
    #expect(scan.flags == [true, false, false, false, true])
  }

  @Test("A scan with too little room says so, and writes no more than there is room for", arguments: UInt64(1)...200)
  func room(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<Int.random(in: 0...400, using: &generator)).flatMap { _ in
      Self.symbols.randomElement(using: &generator) ?? []
    }
    let rooms = (
      Int.random(in: 0...500, using: &generator), Int.random(in: 0...500, using: &generator)
    )
    for isPortable in [false, true] {
      let whole = Scan(bytes, isPortable: isPortable)
      let scan = Scan(bytes, isPortable: isPortable, room: rooms.0, recordRoom: rooms.1)
      #expect(scan.keepsToRoom, "seed \(seed)")
      #expect(scan.lacksRoom || scan == whole, "seed \(seed)")
      let isEnough = min(rooms.0 - whole.ends.count, rooms.1 - whole.recordEnds.count) >= Int(NORMA_SCAN_MARGIN)
      #expect(!isEnough || !scan.lacksRoom, "seed \(seed)")
      #expect(!whole.lacksRoom)
    }
  }

  @Test("Quotes where RFC 4180 has none are told, at every place of a block", arguments: 0..<130)
  func strayQuotes(lead: Int) {
    for (text, isStray) in [
      ("a\"b,", true), ("\"a\"b,", true), ("\"a\",b", false), ("\"a\"\"b\",", false), ("\"a\"", false),
    ] {
      let bytes = [UInt8](repeating: 0x2C, count: lead) + Array(text.utf8)
      #expect(Scan(bytes, isPortable: false).flags[2] == isStray, "\(text) behind \(lead) bytes")
      #expect(Scan(bytes, isPortable: true).flags[2] == isStray, "\(text) behind \(lead) bytes")
    }
  }
}
