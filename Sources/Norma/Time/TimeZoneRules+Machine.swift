#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why there is no time zone.
public enum TimeZoneProblem: Error, Hashable, Sendable {
  /// No zone of this name is in the time zone database, and it is no offset.
  case unknownZone(String)
  /// The zone's file is damaged.
  case unreadableFile(String)
}

extension TimeZoneRules {
  /// Finds a zone by its name in the time zone database, `Asia/Shanghai`, or by its offset, `+08:00`.
  ///
  /// `UTC` and offsets need no database. Where the machine has none, `Asia/Shanghai` stands for the offset of 8 hours
  /// that has held there since 1991 (see ``Origin/standIn``).
  ///
  /// - Parameters:
  ///   - name: The name, in the database's own spelling.
  ///   - environment: The process's environment; `TZDIR` names the database's folder.
  public init(named name: String, environment: [String: String]) throws(TimeZoneProblem) {
    if name == "UTC" {
      self = .utc
    } else if let fixed = Self.offset(named: name) {
      self = fixed
    } else {
      guard Self.isPlainName(name) else { throw .unknownZone(name) }
      let folder = environment["TZDIR"].flatMap { folder in folder.isEmpty ? nil : folder } ?? Self.databaseFolder
      let path = folder + "/" + name
      if let bytes = Self.contents(of: path) {
        guard let rules = TimeZoneFile.rules(name: name, from: bytes) else { throw .unreadableFile(path) }
        self = rules
      } else if name == "Asia/Shanghai" {
        self.init(name: name, origin: .standIn, offset: 28_800)
      } else {
        throw .unknownZone(name)
      }
    }
  }

  /// Finds the machine's own zone: that of the variable `TZ` if it is set (empty is UTC), else the one that
  /// `/etc/localtime` is a link to or a copy of, else UTC.
  ///
  /// - Parameters:
  ///   - environment: The process's environment.
  ///   - localtime: The path of the machine's zone.
  public static func machine(
    environment: [String: String], localtime: String = "/etc/localtime"
  ) throws(TimeZoneProblem) -> TimeZoneRules {
    if let variable = environment["TZ"] {
      let value = variable.hasPrefix(":") ? String(variable.dropFirst()) : variable
      if value.isEmpty { return .utc }
      if value.hasPrefix("/") {
        guard let zone = try zone(atPath: value, environment: environment) else { throw .unknownZone(value) }
        return zone
      }
      do {
        return try TimeZoneRules(named: value, environment: environment)
      } catch {
        // POSIX lets the variable spell the rule out, `CST-8`.
        guard let rule = RecurringOffset(posix: value.utf8) else { throw error }
        return TimeZoneRules(
          name: value, origin: .fixed, transitions: [], offsets: [rule.standard], recurring: rule)
      }
    }
    return try zone(atPath: localtime, environment: environment) ?? .utc
  }

  /// Reads the zone at a path, by name if the path or what it links to lies in a time zone database; nil if there is
  /// no such file.
  private static func zone(
    atPath path: String, environment: [String: String]
  ) throws(TimeZoneProblem) -> TimeZoneRules? {
    for candidate in [linkTarget(of: path), path].compactMap(\.self) {
      if let name = databaseName(ofPath: candidate),
        let zone = try? TimeZoneRules(named: name, environment: environment)
      {
        return zone
      }
    }
    guard let bytes = contents(of: path) else { return nil }
    guard let rules = TimeZoneFile.rules(name: path, from: bytes) else { throw .unreadableFile(path) }
    return rules
  }

  private static let databaseFolder = "/usr/share/zoneinfo"

  /// Cuts the name out of `…/zoneinfo/Asia/Shanghai`.
  private static func databaseName(ofPath path: String) -> String? {
    let parts = path.split(separator: "/")
    guard let folder = parts.lastIndex(of: "zoneinfo"), folder + 1 < parts.count else { return nil }
    return parts[(folder + 1)...].joined(separator: "/")
  }

  /// Reads `+08:00`.
  private static func offset(named name: String) -> TimeZoneRules? {
    let bytes = Array(name.utf8)
    guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      bytes[3] == UInt8(ascii: ":")
    else { return nil }
    let digits = [bytes[1], bytes[2], bytes[4], bytes[5]].map { byte in Int32(byte) - 48 }
    guard digits.allSatisfy({ digit in digit >= 0 && digit <= 9 }) else { return nil }
    let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    guard hours <= 23, minutes <= 59 else { return nil }
    return fixed(secondsEast: (hours * 3600 + minutes * 60) * (bytes[0] == UInt8(ascii: "-") ? -1 : 1))
  }

  /// Says whether the name stays inside the database's folder: parts of letters, digits, `_`, `+` and `-`.
  private static func isPlainName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
          case UInt8(ascii: "0")...UInt8(ascii: "9"): true
          case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
          default: false
          }
        }
    }
  }

  /// Reads a file of at most a mebibyte; nil if there is none, or it is a folder, is empty or is larger.
  private static func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    let limit = 1 << 20
    let bytes = [UInt8](unsafeUninitializedCapacity: limit + 1) { buffer, count in
      count = fread(buffer.baseAddress, 1, limit + 1, file)
    }
    return bytes.isEmpty || bytes.count > limit ? nil : bytes
  }

  /// Gives what a symbolic link names; nil if the path is none.
  private static func linkTarget(of path: String) -> String? {
    var characters = [CChar](repeating: 0, count: 4096)
    let length = readlink(path, &characters, characters.count)
    let bytes = characters.prefix(max(0, length)).map(UInt8.init(bitPattern:))
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }
}

/// The real time, for the command line alone: everything else is told the day.
public enum SystemClock {
  /// Gives the present moment.
  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// Gives the present day in a time zone; nil if the machine's clock is outside the years 1 to 9999.
  public static func today(in zone: TimeZoneRules) -> CivilDate? { CivilDate(now(), in: zone) }
}
