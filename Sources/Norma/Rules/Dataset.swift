/// A sheet that a department submits: what one row is, and how its columns are read.
public struct Dataset: Hashable, Sendable {
  /// The name by which rules and projects speak of it; unique across the rule base.
  public let name: String
  /// What people call it.
  public let title: LocalizedText
  /// What one row is, such as "one child".
  public let row: LocalizedText?
  /// The names of the fields that identify a row; empty where rows have no identity but their place.
  public let key: [String]
  /// The declared fields, in the order of the file; names are unique.
  public let fields: [Field]
  /// When a subject described by a row owes anything at all.
  public let active: Activity?
  /// Whether it is looked for rows with the same key, which takes 12 bytes of memory a row.
  public let checksKeys: Bool

  /// Creates a dataset.
  public init(
    name: String, title: LocalizedText? = nil, row: LocalizedText? = nil, key: [String] = [], fields: [Field],
    active: Activity? = nil, checksKeys: Bool = true
  ) {
    self.name = name
    self.title = title ?? LocalizedText(name)
    self.row = row
    self.key = key
    self.fields = fields
    self.active = active
    self.checksKeys = checksKeys
  }

  /// Returns the position of the field called `name`, or nil. O(fields).
  public func index(of name: String) -> Int? {
    fields.firstIndex { $0.name == name }
  }

  /// The fields that hold the first and the last day on which a row's subject owes anything; both days count.
  public struct Activity: Hashable, Sendable {
    /// The field with the first day; null means always.
    public let from: String?
    /// The field with the last day; null means for ever.
    public let until: String?

    /// Creates an activity of two fields.
    public init(from: String?, until: String?) {
      self.from = from
      self.until = until
    }
  }
}

/// A declared column of a dataset.
public struct Field: Hashable, Sendable {
  /// The name by which conditions speak of it.
  public let name: String
  /// How its cells are read.
  public let type: FieldType
  /// The column headings under which it may be found, beside its name.
  public let labels: [LocalizedText]
  /// Whether an empty cell is unknown rather than null, and a missing column an error.
  public let isRequired: Bool
  /// Whether reports mask its values.
  public let isSensitive: Bool
  /// What its numbers count, such as `CNY`; for people, nothing is converted.
  public let unit: String?
  /// Whether blanks around a text are removed, so that a cell of blanks is empty.
  public let trims: Bool
  /// What narrows its values beyond their type.
  public let constraint: FieldConstraint
  /// The dataset whose key this field holds.
  public let reference: Reference?
  /// Whether it is worked out from others, so that it may be null where it isn't known.
  public var isDerived = false
  /// Whether a value that is worked out is always there.
  public var isNeverNull = false

  /// Creates a field.
  public init(
    name: String, type: FieldType, labels: [LocalizedText] = [], isRequired: Bool = false, isSensitive: Bool = false,
    unit: String? = nil, trims: Bool = true, constraint: FieldConstraint = FieldConstraint(),
    reference: Reference? = nil
  ) {
    self.name = name
    self.type = type
    self.labels = labels
    self.isRequired = isRequired
    self.isSensitive = isSensitive
    self.unit = unit
    self.trims = trims
    self.constraint = constraint
    self.reference = reference
  }

  /// Whether a condition may meet a null in it.
  public var mayBeNull: Bool { !isRequired && !isNeverNull }

  /// What people call it: the first label, or the name where there is none.
  public var title: LocalizedText { labels.first ?? LocalizedText(name) }

  /// A field, or several, that name a row of another dataset.
  public struct Reference: Hashable, Sendable {
    /// The dataset whose row is named.
    public let dataset: String
    /// Pairs of that dataset's key field and the field here that holds it, in the order of that key.
    public let match: [Pair]
    /// The name under which the referenced row sees the rows that refer to it; the dataset's own where nil.
    public let inverseName: String?

    /// Creates a reference.
    public init(dataset: String, match: [Pair], inverseName: String? = nil) {
      self.dataset = dataset
      self.match = match
      self.inverseName = inverseName
    }

    /// A key field of the other dataset with the field here that holds its value.
    public struct Pair: Hashable, Sendable {
      /// The key field of the other dataset.
      public let theirs: String
      /// The field of this dataset.
      public let ours: String

      /// Creates a pair.
      public init(theirs: String, ours: String) {
        self.theirs = theirs
        self.ours = ours
      }
    }
  }
}

/// How the cells of a field are read.
public enum FieldType: String, Hashable, Sendable, CaseIterable {
  case text, integer, decimal, boolean, date, timestamp
  /// A date of which the day may be left open: it lies in an interval of days. Written `type: date, partial: true`.
  case partialDate = "partial_date"
}

/// What narrows the values of a field; a readable cell that breaks it is unknown.
public struct FieldConstraint: Hashable, Sendable {
  /// The values allowed, nil for any. For text they are compared as they stand.
  public let oneOf: [FieldValue]?
  /// The least value allowed, inclusive.
  public let minimum: FieldBound?
  /// The greatest value allowed, inclusive.
  public let maximum: FieldBound?
  /// The regular expression that a whole text must match.
  public let pattern: String?

  /// Creates a constraint; without arguments it allows everything.
  public init(
    oneOf: [FieldValue]? = nil, minimum: FieldBound? = nil, maximum: FieldBound? = nil, pattern: String? = nil
  ) {
    self.oneOf = oneOf
    self.minimum = minimum
    self.maximum = maximum
    self.pattern = pattern
  }
}

/// A limit of a field's values.
public enum FieldBound: Hashable, Sendable {
  /// A fixed value of the field's type.
  case value(FieldValue)
  /// The date of the audit.
  case asOf
}

/// A constant of a field's type, as a rule file writes it.
public enum FieldValue: Hashable, Sendable {
  case text(String)
  /// An integer or a decimal.
  case number(Rational)
  case boolean(Bool)
  case date(CivilDate)
}
