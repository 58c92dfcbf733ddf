extension Outcome {
  /// What people call it.
  public var title: LocalizedText {
    switch self {
    case .met: LocalizedText(zh: "已履行", en: "met")
    case .late: LocalizedText(zh: "迟报", en: "late")
    case .overdue: LocalizedText(zh: "逾期未办", en: "overdue")
    case .breached: LocalizedText(zh: "未达要求", en: "breached")
    case .pending: LocalizedText(zh: "未到期", en: "pending")
    case .undetermined: LocalizedText(zh: "无法判断", en: "undetermined")
    case .waived: LocalizedText(zh: "已豁免", en: "waived")
    }
  }
}

extension Severity {
  /// What people call it.
  public var title: LocalizedText {
    switch self {
    case .critical: LocalizedText(zh: "严重", en: "critical")
    case .major: LocalizedText(zh: "重要", en: "major")
    case .minor: LocalizedText(zh: "一般", en: "minor")
    case .info: LocalizedText(zh: "提示", en: "info")
    }
  }
}

extension Subject {
  /// The subject as people read it, nil for the organization.
  func text(_ language: Language) -> String? {
    if parts.isEmpty { return nil }
    let values = parts.map { part -> String in
      switch part.value {
      case .unknown: language == .zh ? "（不详）" : "(unknown)"
      case .null: language == .zh ? "（空）" : "(none)"
      case .integer(let number) where part.name == "row": language == .zh ? "第 \(number) 行" : "row \(number)"
      default: part.value.text(language)
      }
    }
    return values.joined(separator: " / ") + (occurrence > 1 ? "~\(occurrence)" : "")
  }
}

extension Cell {
  /// The value as people read it.
  func text(_ language: Language) -> String {
    switch self {
    case .null: language == .zh ? "空" : "none"
    case .unknown: "?"
    case .boolean(let value): language == .zh ? (value ? "是" : "否") : (value ? "yes" : "no")
    default: description
    }
  }

  /// Writes the value as people read it.
  func write(to text: inout TextBuffer, _ language: Language) {
    if case .date(let day) = self { text.write(day) } else { text.write(self.text(language)) }
  }
}
