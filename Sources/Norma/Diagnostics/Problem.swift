/// What can be wrong with rule files and projects: facts, without wording.
public enum Problem: Hashable, Sendable {
  // Files
  case yaml(YAMLProblem)
  case file(FileProblem)
  case emptyFile
  case tooLarge(limit: Int)

  // Structure
  case expected(Expectation, found: Found)
  case unknownKey(String, Place, known: [String])
  case missingKey(String, Place)
  case missingOneOf([String], Place)
  case conflictingKeys([String], Place)
  case badRuleID(String)
  case badName(String, NamedThing)
  case duplicate(NamedThing, String, firstFile: String, firstLine: Int)
  case emptyValue(String)
  case rangeReversed(String, String)

  // Names
  case unknown(NamedThing, String, candidates: [String])
  case unknownField(String, dataset: String, candidates: [String])
  case fieldType(String, dataset: String, is: FieldType, wanted: [FieldType])
  case referenceTypeDiffers(field: String, FieldType, theirs: String, FieldType)
  case referenceToKeylessDataset(String)
  case referenceNeedsMatch(dataset: String, key: [String])
  case constraintNotForType(String, FieldType)
  case badPattern(String)
  case subjectHasNoRoster([String])
  case periodNeedsPer(String)
  case reportNeedsPeriod
  case runningNeedsSum(String)
  case hoursNeedTimestamps
  case negative(String)
  case badRecurrence(RecurrenceRuleProblem)
  case shareOutOfRange(String)
  case boundsReversed(String, String)
  case noRulesMatch(String)
  case circle(NamedThing, [String])
  case reservedName(String)
  case tooManyVariants(limit: Int)
  case listedValue(String, field: String, FieldType)
  case unusedParameter(String)
  case overrideOfUnknownParameter(String, candidates: [String])
  case enableMatchesNothing(String)
  case unsupportedSource(String)

  // Rule tests
  case rowWithoutValue(dataset: String)
  case datasetNotRead(String, rule: String, read: [String])

  // Expressions
  case expression(ExpressionProblem)

  /// How bad it is.
  public var severity: Diagnostic.Severity {
    switch self {
    case .unusedParameter, .enableMatchesNothing, .noRulesMatch, .datasetNotRead: .warning
    case .expression(let problem): problem.severity
    default: .error
    }
  }
}

/// What can be wrong with a condition, a figure or a bound.
public enum ExpressionProblem: Hashable, Sendable {
  case syntax(String, suspect: FullWidthSuspect?)
  case percentage(String)
  case singleEquals
  case word(String, instead: String)
  case undeclared(String, candidates: [String])
  case noSuchMember(String, of: String, candidates: [String])
  case noSuchFunction(String, candidates: [String])
  case noOverload(String, arguments: [String])
  case textBesideDate(String)
  case unquotedDate(String)
  case textBesideNumber(String)
  case resultType(String, wanted: String)
  case badRegularExpression(String)
  case ambiguousList(String, candidates: [String])
  case unguarded(String)
  case tooDeep
  case tooLarge
  case empty
  case other(String)

  /// How bad it is: what may be right is a warning.
  public var severity: Diagnostic.Severity {
    switch self {
    case .unguarded: .warning
    default: .error
    }
  }
}

/// A file that can't be used.
public enum FileProblem: Hashable, Sendable {
  case missing
  case isDirectory
  case noRuleFiles
  case notPermitted
  case notText(byte: Int)
  case unreadable(String)
}

/// Kinds of things that have names.
public enum NamedThing: String, Hashable, Sendable {
  case dataset, field, rule, parameter, calendar, kind, timeZone, rulePattern, scorecard
}

/// A mapping of a rule file or project, by what it describes.
public enum Place: Hashable, Sendable {
  case ruleFile, project, rule, variant, dataset, field, parameter, calendar, calendarYear, waiver, localizedText,
    citation
  case reference, active, dataSource, requirement, side, each, event, recurrence, derivation, scorecard, grade
  case testFile, ruleTest, testData, testRow, expectation, testSubject, testFigures
  /// The mapping of a rule kind, by its keyword.
  case kind(String)
}

/// What a value should have been.
public enum Expectation: Hashable, Sendable {
  case mapping(Place)
  case text, filledText, localizedText, boolean, integer, number, percentage, quantity, date, expression, list
  case oneOf([String])
  case ruleID, fieldType, span, dueRule, period, window, periodKey, periodRange, fieldNames
  case parameterValue, datedValue, fieldBound, dataSource, roster, requirement, figure, weekdays, dateOrRange, year
  case formatVersion(Int), timeZone, cell, figureBounds
}

/// What stood there instead.
public struct Found: Hashable, Sendable {
  /// The shape of the value.
  public enum Shape: Hashable, Sendable { case text, list, mapping, nothing }

  /// The shape of the value.
  public let shape: Shape
  /// Its text, where it is one.
  public let text: String?

  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar):
      shape = node.isNull ? .nothing : .text
      text = scalar.text
    case .sequence:
      shape = .list
      text = nil
    case .mapping:
      shape = .mapping
      text = nil
    }
  }
}
