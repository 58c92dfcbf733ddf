import CEL
import Foundation
import Testing

/// Runs the cases of the standard in the folder that `CEL_CONFORMANCE` names.
@Suite struct ConformanceTests {
  /// Cases that can't pass, each with its reason; one that passes after all is a failure.
  private static let exceptions: [String: String] = [
    "dynamic/value_null/literal": "builds a protocol buffer message, and this library has no messages",
    "parse/bytes_literals/triple_single_quoted_unescaped_punctuation":
      "expects a backslash that the expression does not have",
    "parse/bytes_literals/triple_double_quoted_unescaped_punctuation":
      "expects a backslash that the expression does not have",
  ]

  @Test("every case of the standard gives what the standard says")
  func everyCasePasses() throws {
    guard let folder = ProcessInfo.processInfo.environment["CEL_CONFORMANCE"] else {
      print("CEL_CONFORMANCE names no folder: the cases of the CEL standard were not run")
      return
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }.sorted()
    #expect(!files.isEmpty, "the folder \(folder) has no .jsonl files")
    var passed = 0
    var failed: [String] = []
    for file in files {
      let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
      for line in text.split(separator: "\n") {
        let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let item = try #require(ConformanceCase(json))
        let failure = item.failure()
        if Self.exceptions[item.id] != nil {
          #expect(failure != nil, "\(item.id) is listed as an exception, and passes")
        } else if let failure {
          failed.append("\(item.id): \(item.expression): \(failure)")
        } else {
          passed += 1
        }
      }
    }
    print("\(passed) passed, \(failed.count) failed, \(Self.exceptions.count) exceptions")
    #expect(failed.isEmpty, "\(failed.joined(separator: "\n"))")
  }
}

/// One case of the standard.
private struct ConformanceCase {
  let id: String
  let expression: String
  private let json: [String: Any]

  init?(_ json: [String: Any]) {
    guard let id = json["id"] as? String, let expression = json["expr"] as? String else { return nil }
    self.id = id
    self.expression = expression
    self.json = json
  }

  /// Says what is wrong with the result; nil where nothing is.
  func failure() -> String? {
    let container = json["container"] as? String ?? ""
    let expectsError = json["expect_error"] != nil
    let parsed: CEL.Expression
    do {
      parsed = try Parser.parse(expression)
    } catch {
      return expectsError ? nil : "\(error)"
    }
    if json["disable_check"] as? Bool != true {
      var environment = Environment(container: container)
      for (name, type) in json["type_env"] as? [String: Any] ?? [:] {
        environment.variables[name] = ConformanceValue.type(type)
      }
      let (checked, issues) = TypeChecker.check(parsed, in: environment)
      guard let checked else { return expectsError ? nil : "\(issues)" }
      if let deduced = json["deduced_type"], checked.type != ConformanceValue.type(deduced) {
        return "deduced \(checked.type)"
      }
      if json["check_only"] as? Bool == true { return nil }
    }
    var bindings = Bindings()
    for (name, value) in json["bindings"] as? [String: Any] ?? [:] {
      bindings.values[name] = ConformanceValue.value(value)
    }
    let functions = FunctionLibrary.standard { name, seconds in
      TimeZone(identifier: name)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }
    let result = Program(parsed, functions: functions, container: container).evaluate(bindings)
    if case .error = result { return expectsError ? nil : "\(result)" }
    if expectsError { return "no error, but \(result)" }
    guard let expected = json["expect"] else { return "the case expects nothing" }
    return ConformanceValue.isSame(result, ConformanceValue.value(expected)) ? nil : "\(result)"
  }
}

/// Reads the values and types of the cases.
private enum ConformanceValue {
  static func type(_ json: Any) -> CELType {
    if let name = json as? String {
      let types: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes, "dyn": .dyn,
        "null_type": .null,
      ]
      return types[name] ?? .error
    }
    guard let object = json as? [String: Any] else { return .error }
    if let element = object["list"] { return .list(type(element)) }
    if let pair = object["map"] as? [Any], pair.count == 2 { return .map(type(pair[0]), type(pair[1])) }
    if let parts = object["abstract"] as? [Any], parts.count == 2 { return .optional(type(parts[1])) }
    return .error
  }

  static func value(_ json: Any) -> Value {
    guard let object = json as? [String: Any], let (kind, content) = object.first else { return .null }
    switch (kind, content) {
    case ("bool", let value as Bool): return .bool(value)
    case ("int", let text as String): return Int64(text).map { .int($0) } ?? .null
    case ("uint", let text as String): return UInt64(text).map { .uint($0) } ?? .null
    case ("double", let number as NSNumber): return .double(number.doubleValue)
    case ("double", let text as String):
      return .double(text == "NaN" ? .nan : text == "Infinity" ? .infinity : text == "-Infinity" ? -.infinity : 0)
    case ("string", let text as String): return .string(text)
    case ("bytes", let text as String): return .bytes(Array(Data(base64Encoded: text) ?? Data()))
    case ("type", let name as String): return .type(name)
    case ("list", let items as [Any]): return .list(items.map(value))
    case ("map", let pairs as [[Any]]):
      var map = MapValue()
      for pair in pairs where pair.count == 2 { _ = map.insert(value(pair[1]), for: value(pair[0])) }
      return .map(map)
    default: return .null
    }
  }

  /// Compares values with their types; NaN is the same as NaN here.
  static func isSame(_ left: Value, _ right: Value) -> Bool {
    if case .double(let one) = left, case .double(let other) = right, one.isNaN, other.isNaN { return true }
    guard left.typeName == right.typeName else { return false }
    if case .bool(true) = left.equals(right) { return true }
    return false
  }
}
