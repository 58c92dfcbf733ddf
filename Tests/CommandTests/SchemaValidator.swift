import Foundation

/// Checks JSON against a schema, with the keywords that Norma's schemas use (JSON Schema, draft 2020-12). A keyword that
/// it does not know is a mistake of the schema, and told as one.
struct SchemaValidator {
  private static let known: Set<String> = [
    "$schema", "title", "description", "type", "properties", "required", "additionalProperties", "items", "enum",
    "const",
    "pattern", "minimum", "minItems", "maxItems", "anyOf",
  ]

  /// Returns what is wrong with `value`, each with its place.
  static func problems(_ value: Any, _ schema: [String: Any], at place: String = "") -> [String] {
    var problems = schema.keys.filter { !known.contains($0) }.map { "\(place): unknown keyword \($0)" }
    if let types = schema["type"] as? [String] ?? (schema["type"] as? String).map({ [$0] }),
      !types.contains(where: { isType(value, $0) })
    {
      return problems + ["\(place): not \(types)"]
    }
    if let choices = schema["enum"] as? [Any], !choices.contains(where: { isSame(value, $0) }) {
      problems.append("\(place): not one of \(choices)")
    }
    if let constant = schema["const"], !isSame(value, constant) {
      problems.append("\(place): not \(constant)")
    }
    if let pattern = schema["pattern"] as? String, let text = value as? String,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      problems.append("\(place): \(text) does not match")
    }
    if let minimum = schema["minimum"] as? Int, let number = value as? Int, number < minimum {
      problems.append("\(place): below \(minimum)")
    }
    if let choices = schema["anyOf"] as? [[String: Any]],
      !choices.contains(where: { self.problems(value, $0, at: place).isEmpty })
    {
      problems.append("\(place): fits none of the forms")
    }
    if let object = value as? [String: Any] { problems += self.problems(object, schema, at: place) }
    if let array = value as? [Any] {
      if let least = schema["minItems"] as? Int, array.count < least { problems.append("\(place): too few") }
      if let most = schema["maxItems"] as? Int, array.count > most { problems.append("\(place): too many") }
      if let items = schema["items"] as? [String: Any] {
        problems += array.enumerated().flatMap { self.problems($0.element, items, at: "\(place)/\($0.offset)") }
      }
    }
    return problems
  }

  private static func problems(_ object: [String: Any], _ schema: [String: Any], at place: String) -> [String] {
    let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
    var problems = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map { "\(place): lacks \($0)" }
    for (key, value) in object {
      if let property = properties[key] {
        problems += self.problems(value, property, at: "\(place)/\(key)")
      } else if let others = schema["additionalProperties"] as? [String: Any] {
        problems += self.problems(value, others, at: "\(place)/\(key)")
      } else if schema["additionalProperties"] as? Bool == false {
        problems.append("\(place): has \(key)")
      }
    }
    return problems
  }

  /// Tells whether two JSON values are the same; a boolean is no number, although Foundation compares them as such.
  private static func isSame(_ one: Any, _ other: Any) -> Bool {
    guard let one = one as? NSObject, let other = other as? NSObject else { return false }
    return isType(one, "boolean") == isType(other, "boolean") && one.isEqual(other)
  }

  private static func isType(_ value: Any, _ type: String) -> Bool {
    let isBoolean = (value as? NSNumber).map { CFBoolean.isBoolean($0) } ?? false
    return switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "number": !isBoolean && value is NSNumber
    case "string": value is String
    case "integer": !isBoolean && value is Int
    case "boolean": isBoolean
    case "null": value is NSNull
    default: false
    }
  }

  private enum CFBoolean {
    static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
  }
}
