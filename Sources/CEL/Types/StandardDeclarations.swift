/// The overloads of the standard and its extensions (CEL language definition, "List of Standard Definitions").
enum StandardDeclarations {
  static let all: [[Overload]] = [
    operators, arithmetic, comparisons, collections, conversions, strings, times, mathematics, optionals,
  ]

  /// All of them by the function's name, collected once.
  static let byName = Dictionary(grouping: all.joined()) { $0.function }

  private static let a = CELType.parameter("A")
  private static let b = CELType.parameter("B")

  private static let operators: [Overload] = [
    Overload("_?_:_", "conditional", [.bool, a, a], a),
    Overload("_&&_", "logical_and", [.bool, .bool], .bool),
    Overload("_||_", "logical_or", [.bool, .bool], .bool),
    Overload("!_", "logical_not", [.bool], .bool),
    Overload("_==_", "equals", [a, a], .bool),
    Overload("_!=_", "not_equals", [a, a], .bool),
    Overload("@in", "in_list", [a, .list(a)], .bool),
    Overload("@in", "in_map", [a, .map(a, b)], .bool),
    Overload("_[_]", "index_list", [.list(a), .int], a),
    Overload("_[_]", "index_map", [.map(a, b), a], b),
    Overload("_[_]", "optional_list_index", [.optional(.list(a)), .int], .optional(a)),
    Overload("_[_]", "optional_map_index", [.optional(.map(a, b)), a], .optional(b)),
    Overload("_[?_]", "list_optindex", [.list(a), .int], .optional(a)),
    Overload("_[?_]", "map_optindex", [.map(a, b), a], .optional(b)),
    Overload("_[?_]", "optional_list_optindex", [.optional(.list(a)), .int], .optional(a)),
    Overload("_[?_]", "optional_map_optindex", [.optional(.map(a, b)), a], .optional(b)),
  ]

  private static let arithmetic: [Overload] = {
    var overloads: [Overload] = []
    for (sign, name) in [("_+_", "add"), ("_-_", "subtract"), ("_*_", "multiply"), ("_/_", "divide")] {
      for type in [CELType.int, .uint, .double] {
        overloads.append(Overload(sign, "\(name)_\(type)", [type, type], type))
      }
    }
    for type in [CELType.int, .uint] { overloads.append(Overload("_%_", "modulo_\(type)", [type, type], type)) }
    for type in [CELType.int, .double] { overloads.append(Overload("-_", "negate_\(type)", [type], type)) }
    for type in [CELType.string, .bytes, .list(a)] {
      overloads.append(Overload("_+_", "add_\(type)", [type, type], type))
    }
    overloads += [
      Overload("_+_", "add_duration_duration", [.duration, .duration], .duration),
      Overload("_+_", "add_timestamp_duration", [.timestamp, .duration], .timestamp),
      Overload("_+_", "add_duration_timestamp", [.duration, .timestamp], .timestamp),
      Overload("_-_", "subtract_duration_duration", [.duration, .duration], .duration),
      Overload("_-_", "subtract_timestamp_duration", [.timestamp, .duration], .timestamp),
      Overload("_-_", "subtract_timestamp_timestamp", [.timestamp, .timestamp], .duration),
    ]
    return overloads
  }()

  private static let comparisons: [Overload] = {
    let numbers: [CELType] = [.int, .uint, .double]
    var overloads: [Overload] = []
    for (sign, name) in [("_<_", "less"), ("_<=_", "less_equals"), ("_>_", "greater"), ("_>=_", "greater_equals")] {
      for type in [CELType.bool, .string, .bytes, .timestamp, .duration] {
        overloads.append(Overload(sign, "\(name)_\(type)", [type, type], .bool))
      }
      for left in numbers {
        for right in numbers { overloads.append(Overload(sign, "\(name)_\(left)_\(right)", [left, right], .bool)) }
      }
    }
    return overloads
  }()

  private static let collections: [Overload] = [CELType.string, .bytes, .list(a), .map(a, b)].flatMap { type in
    [
      Overload("size", "size_\(type)", [type], .int),
      Overload("size", "\(type)_size", [type], .int, isMember: true),
    ]
  }

  private static let conversions: [Overload] = {
    let sources: [(String, CELType, [CELType])] = [
      ("int", .int, [.int, .uint, .double, .string, .timestamp, .duration]),
      ("uint", .uint, [.uint, .int, .double, .string]),
      ("double", .double, [.double, .int, .uint, .string]),
      ("string", .string, [.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration]),
      ("bytes", .bytes, [.bytes, .string]),
      ("bool", .bool, [.bool, .string]),
      ("timestamp", .timestamp, [.timestamp, .string, .int]),
      ("duration", .duration, [.duration, .string, .int]),
    ]
    return sources.flatMap { name, result, types in types.map { Overload(name, "\($0)_to_\(name)", [$0], result) } }
      + [Overload("dyn", "to_dyn", [a], .dyn), Overload("type", "type", [a], .type(a))]
  }()

  private static func member(_ name: String, _ id: String, _ parameters: [CELType], _ result: CELType) -> Overload {
    Overload(name, id, parameters, result, isMember: true)
  }

  private static let strings: [Overload] = [
    member("contains", "contains_string", [.string, .string], .bool),
    member("startsWith", "starts_with_string", [.string, .string], .bool),
    member("endsWith", "ends_with_string", [.string, .string], .bool),
    member("matches", "matches_string", [.string, .string], .bool),
    Overload("matches", "matches", [.string, .string], .bool),
    member("charAt", "string_char_at_int", [.string, .int], .string),
    member("indexOf", "string_index_of_string", [.string, .string], .int),
    member("indexOf", "string_index_of_string_int", [.string, .string, .int], .int),
    member("lastIndexOf", "string_last_index_of_string", [.string, .string], .int),
    member("lastIndexOf", "string_last_index_of_string_int", [.string, .string, .int], .int),
    member("join", "list_join", [.list(.string)], .string),
    member("join", "list_join_string", [.list(.string), .string], .string),
    member("lowerAscii", "string_lower_ascii", [.string], .string),
    member("upperAscii", "string_upper_ascii", [.string], .string),
    member("replace", "string_replace_string_string", [.string, .string, .string], .string),
    member("replace", "string_replace_string_string_int", [.string, .string, .string, .int], .string),
    member("split", "string_split_string", [.string, .string], .list(.string)),
    member("split", "string_split_string_int", [.string, .string, .int], .list(.string)),
    member("substring", "string_substring_int", [.string, .int], .string),
    member("substring", "string_substring_int_int", [.string, .int, .int], .string),
    member("trim", "string_trim", [.string], .string),
    member("reverse", "string_reverse", [.string], .string),
    member("format", "string_format", [.string, .list(.dyn)], .string),
    Overload("strings.quote", "strings_quote", [.string], .string),
  ]

  private static let times: [Overload] = {
    var overloads: [Overload] = []
    let parts = [
      "getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek", "getHours", "getMinutes",
      "getSeconds", "getMilliseconds",
    ]
    for part in parts {
      overloads.append(member(part, "timestamp_\(part)", [.timestamp], .int))
      overloads.append(member(part, "timestamp_\(part)_with_tz", [.timestamp, .string], .int))
    }
    for part in ["getHours", "getMinutes", "getSeconds", "getMilliseconds"] {
      overloads.append(member(part, "duration_\(part)", [.duration], .int))
    }
    return overloads
  }()

  private static let mathematics: [Overload] = {
    var overloads: [Overload] = []
    let numbers: [CELType] = [.int, .uint, .double]
    for name in ["greatest", "least"] {
      overloads += numbers.map { Overload("math.\(name)", "math_\(name)_\($0)", [$0], $0) }
      for left in numbers {
        for right in numbers {
          let result: CELType = left == right ? left : .dyn
          overloads.append(Overload("math.\(name)", "math_\(name)_\(left)_\(right)", [left, right], result))
        }
      }
      overloads += numbers.map { Overload("math.\(name)", "math_\(name)_list_\($0)", [.list($0)], $0) }
      overloads.append(Overload("math.\(name)", "math_\(name)_list", [.list(.dyn)], .dyn))
    }
    for name in ["ceil", "floor", "round", "trunc"] {
      overloads.append(Overload("math.\(name)", "math_\(name)_double", [.double], .double))
    }
    for name in ["isInf", "isNaN", "isFinite"] {
      overloads.append(Overload("math.\(name)", "math_\(name)_double", [.double], .bool))
    }
    for type in numbers {
      overloads.append(Overload("math.abs", "math_abs_\(type)", [type], type))
      overloads.append(Overload("math.sign", "math_sign_\(type)", [type], type))
      overloads.append(Overload("math.sqrt", "math_sqrt_\(type)", [type], .double))
    }
    for type in [CELType.int, .uint] {
      for name in ["bitAnd", "bitOr", "bitXor"] {
        overloads.append(Overload("math.\(name)", "math_\(name)_\(type)", [type, type], type))
      }
      overloads.append(Overload("math.bitNot", "math_bitNot_\(type)", [type], type))
      for name in ["bitShiftLeft", "bitShiftRight"] {
        overloads.append(Overload("math.\(name)", "math_\(name)_\(type)_int", [type, .int], type))
      }
    }
    return overloads
  }()

  private static let optionals: [Overload] = [
    Overload("optional.of", "optional_of", [a], .optional(a)),
    Overload("optional.ofNonZeroValue", "optional_ofNonZeroValue", [a], .optional(a)),
    Overload("optional.none", "optional_none", [], .optional(a)),
    member("value", "optional_value", [.optional(a)], a),
    member("hasValue", "optional_hasValue", [.optional(a)], .bool),
    member("or", "optional_or_optional", [.optional(a), .optional(a)], .optional(a)),
    member("orValue", "optional_orValue_value", [.optional(a), a], a),
    member("first", "list_first", [.list(a)], .optional(a)),
    member("last", "list_last", [.list(a)], .optional(a)),
    Overload("optional.unwrap", "optional_unwrap", [.list(.optional(a))], .list(a)),
    member("unwrapOpt", "optional_unwrapOpt", [.list(.optional(a))], .list(a)),
  ]
}
