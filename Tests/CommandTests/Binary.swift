import Dispatch
import Foundation
import Testing

/// Runs the command `norma` as a user would.
enum Binary {
  /// What a run printed, and how it ended.
  struct Result {
    let output: String
    let errors: String
    let exitCode: Int32
    /// Whether a signal ended it.
    let crashed: Bool
  }

  /// The command ran longer than any test's input can need.
  struct TimedOut: Error {
    let arguments: [String]
  }

  /// The folder of the checkout.
  static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// How many times as long everything may take: more than once where a sanitizer looks on.
  private static let patience =
    ProcessInfo.processInfo.environment["NORMA_TEST_PATIENCE"].flatMap { Int($0) } ?? 1

  /// Runs `norma` with arguments, in a folder. Ends it, and throws, where it is not done after `seconds`.
  static func run(_ arguments: [String], in folder: URL = checkout, seconds: Int = 120) throws -> Result {
    let process = Process()
    // The command stands beside the tests.
    let tests = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).resolvingSymlinksInPath()
    process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("norma")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    let files = try ScratchFolder()
    let (output, errors) = (files.url.appendingPathComponent("output"), files.url.appendingPathComponent("errors"))
    for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    if ended.wait(timeout: .now() + .seconds(seconds * patience)) == .timedOut {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw TimedOut(arguments: arguments)
    }
    return Result(
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self), exitCode: process.terminationStatus,
      crashed: process.terminationReason == .uncaughtSignal)
  }
}

/// A folder that is there until nobody holds it.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("norma-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// Writes files of text, or of bytes.
  func write(_ files: [String: Data]) throws {
    for (name, data) in files { try data.write(to: url.appendingPathComponent(name)) }
  }
}

/// A small project: visits to shops, of which each needs one a month.
struct ShopProject {
  /// The files, to be changed by a test.
  var files: [String: Data] = [
    "norma.yaml": Data(
      """
      norma: 1
      organization: {zh: 甲镇, en: Jia Town}
      rules: [rules.yaml]
      since: 2026-01-01
      timezone: UTC
      language: en
      data: {shops: shops.csv, visits: visits.csv}

      """.utf8),
    "rules.yaml": Data(
      """
      datasets:
        shops:
          key: [shop]
          fields:
            shop: {type: text, label: 店名, required: true}
            owner: {type: text, label: 店主, sensitive: true}
        visits:
          fields:
            shop: {type: text, label: 店名, required: true, references: shops}
            on: {type: date, label: 日期, required: true}
            fee: {type: decimal, label: 收费}
      rules:
        - id: shops.visits
          severity: major
          department: 市场所
          frequency: {of: visits, on: on, each: shop, per: month}
        - id: shops.no-fee
          severity: minor
          department: 财政所
          record: {of: visits, require: fee == null || fee == 0}
        - id: shops.owner
          severity: info
          record: {of: shops, require: owner != "甲"}

      """.utf8),
    "shops.csv": Data("店名,店主\n东店,甲\n西店,乙\n".utf8),
    "visits.csv": Data("店名,日期,收费\n东店,2026-01-05,\n西店,2026-01-09,0\n东店,2026-02-03,5\n西店,2026-02-04,\n".utf8),
  ]

  /// Runs `norma audit` on it, as of a day of March.
  func audit(_ arguments: [String] = []) throws -> Binary.Result {
    try run(["audit", "--as-of", "2026-03-01"] + arguments)
  }

  /// Runs `norma` in its folder.
  func run(_ arguments: [String]) throws -> Binary.Result {
    let folder = try ScratchFolder()
    try folder.write(files)
    return try Binary.run(arguments, in: folder.url)
  }

  /// The project with another text in a file.
  func with(_ name: String, _ text: String) -> ShopProject {
    with(name, Data(text.utf8))
  }

  /// The project with other bytes in a file, or without the file.
  func with(_ name: String, _ data: Data?) -> ShopProject {
    var copy = self
    copy.files[name] = data
    return copy
  }
}
