extension AuditReport {
  /// The exit code of the command: 1 where something at or above `severity` is late, overdue or breached, 2 where nothing
  /// is but something is undetermined or nothing was checked, 0 otherwise. Without `severity` broken obligations do not
  /// count.
  public func exitCode(failOn severity: Severity?) -> Int32 {
    if let severity, findings.contains(where: { $0.outcome.isBroken && $0.severity >= severity }) { return 1 }
    if summary[.undetermined] > 0 || summary.obligations == 0 { return 2 }
    return 0
  }
}

extension Audit.SourceFailure {
  /// What is wrong with the file, in words.
  public var message: LocalizedText {
    let words = problem.message
    return LocalizedText(
      zh: "\(file): 错误： \(words.zh)（数据表 \(dataset)）", en: "\(file): error: \(words.en) (dataset \(dataset))")
  }
}

extension SourceProblem {
  /// The words for it.
  public var message: LocalizedText {
    switch self {
    case .notFound: LocalizedText(zh: "找不到这个文件", en: "there is no such file")
    case .notAFile: LocalizedText(zh: "这是文件夹，不是文件", en: "this is a folder, not a file")
    case .notPermitted: LocalizedText(zh: "没有读取权限", en: "reading it is not permitted")
    case .unreadable(let number):
      LocalizedText(zh: "读取失败（系统错误 \(number)）", en: "it can't be read (system error \(number))")
    case .changed: LocalizedText(zh: "读取时文件被改动了，请重新运行", en: "it was changed while it was read; run the audit again")
    case .empty: LocalizedText(zh: "文件是空的", en: "the file is empty")
    case .notInEncoding(let encoding, let offset):
      LocalizedText(
        zh: "从第 \(offset + 1) 个字节起不是 \(encoding) 编码", en: "from byte \(offset + 1) on it is not \(encoding)")
    case .unknownEncoding(let utf8, let gb18030):
      LocalizedText(
        zh: "看不出是什么编码：第 \(utf8 + 1) 个字节不是 UTF-8，第 \(gb18030 + 1) 个字节不是 GB18030；请在 norma.yaml 写明 encoding",
        en:
          "its encoding can't be told: not UTF-8 at byte \(utf8 + 1), not GB18030 at byte \(gb18030 + 1); name the encoding in norma.yaml"
      )
    case .unsupportedEncoding(let encoding):
      LocalizedText(zh: "这台机器不支持 \(encoding) 编码", en: "this machine does not support \(encoding)")
    case .noHeader: LocalizedText(zh: "没有找到表头", en: "there is no row of headings")
    case .missingColumn(let field, let unused):
      LocalizedText(
        zh: "没有必填字段 \(field) 的列" + (unused.isEmpty ? "" : "；没有用到的列：\(unused.joined(separator: "、"))"),
        en: "there is no column for the required field \(field)"
          + (unused.isEmpty ? "" : "; unused columns: \(unused.joined(separator: ", "))"))
    case .ambiguousColumn(let field, let headings, _):
      LocalizedText(
        zh: "有几列都对应字段 \(field)：\(headings.joined(separator: "、"))",
        en: "several columns match the field \(field): \(headings.joined(separator: ", "))")
    case .unterminatedQuote(let row, _):
      LocalizedText(zh: "第 \(row) 行的引号没有收尾", en: "a quote in row \(row) is not closed")
    case .rowTooLong(let row, let limit):
      LocalizedText(
        zh: "第 \(row) 行超过 \(limit >> 20) MB，可能有引号没有收尾",
        en: "row \(row) is longer than \(limit >> 20) MB; a quote may not be closed")
    }
  }
}
