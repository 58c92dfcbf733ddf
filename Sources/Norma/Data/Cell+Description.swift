extension Cell: CustomStringConvertible {
  /// The value as identities and findings write it: numbers without trailing zeros, dates in ISO form, moments in UTC,
  /// null and unknown as nothing.
  public var description: String {
    switch self {
    case .null, .unknown: ""
    case .integer(let value): String(value)
    case .decimal(let value): value.description
    case .boolean(let value): value ? "true" : "false"
    case .text(let value): value
    case .date(let date): date.description
    case .interval(let from, let through): "\(from)..\(through)"
    case .timestamp(let microseconds): Timestamp(microseconds: microseconds).description
    }
  }
}
