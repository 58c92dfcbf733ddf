/// A language that the reader of a report or a diagnostic may choose.
public enum Language: String, Hashable, Sendable, CaseIterable {
  case zh, en
}

/// A text for people, in Chinese and English.
///
/// A plain string of a rule file serves as both.
public struct LocalizedText: Hashable, Sendable {
  /// The Chinese text.
  public let zh: String
  /// The English text.
  public let en: String

  /// Creates a text from its two forms.
  public init(zh: String, en: String) {
    self.zh = zh
    self.en = en
  }

  /// Creates a text that reads the same in both languages.
  public init(_ both: String) {
    self.init(zh: both, en: both)
  }

  /// Returns the form for `language`.
  public subscript(language: Language) -> String {
    switch language {
    case .zh: zh
    case .en: en
    }
  }
}
