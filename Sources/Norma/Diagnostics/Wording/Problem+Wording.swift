extension Problem {
  /// The words for it.
  public var wording: Wording {
    switch self {
    case .yaml(let problem): problem.wording
    case .file(let problem): problem.wording
    case .expression(let problem): problem.wording
    case .expected(let expectation, let found):
      Wording(
        "这里应是\(expectation.name.zh)，现在是\(found.name.zh)", "expected \(expectation.name.en), found \(found.name.en)",
        hint: expectation.hint(found: found))
    case .unknownKey, .missingKey, .missingOneOf, .conflictingKeys, .duplicate,
      .emptyValue, .rangeReversed, .emptyFile, .tooLarge:
      structureWording
    case .badRuleID, .badName, .unknown, .unknownField, .fieldType, .referenceTypeDiffers, .referenceToKeylessDataset,
      .referenceNeedsMatch, .overrideOfUnknownParameter, .enableMatchesNothing, .noRulesMatch, .circle, .reservedName,
      .tooManyVariants,
      .listedValue,
      .unusedParameter:
      nameWording
    case .constraintNotForType, .badPattern, .subjectHasNoRoster, .periodNeedsPer,
      .reportNeedsPeriod, .runningNeedsSum, .hoursNeedTimestamps, .negative, .badRecurrence, .shareOutOfRange,
      .boundsReversed, .unsupportedSource, .rowWithoutValue, .datasetNotRead:
      ruleWording
    }
  }

  private var structureWording: Wording {
    switch self {
    case .unknownKey(let key, let place, let known):
      return Wording(
        "\(place.name.zh)没有 `\(key)` 这个键", "\(place.name.en) has no key `\(key)`",
        hint: FullWidth.fold(key) != key
          ? LocalizedText(zh: "键里有全角字符，请改成半角", en: "the key has full-width characters; write plain ones")
          : Wording.suggestion(for: key, among: known))
    case .missingKey(let key, let place):
      return Wording("\(place.name.zh)缺少 `\(key)`", "\(place.name.en) lacks `\(key)`")
    case .missingOneOf(let keys, let place):
      let list = keys.map { "`\($0)`" }
      return Wording(
        "\(place.name.zh)要有 \(list.joined(separator: "、")) 之一",
        "\(place.name.en) needs one of \(list.joined(separator: ", "))")
    case .conflictingKeys(let keys, let place):
      let list = keys.map { "`\($0)`" }
      return Wording(
        "\(place.name.zh)里 \(list.joined(separator: "、")) 不能同时写",
        "\(place.name.en) can't have \(list.joined(separator: " and ")) together", hint: "只留一个", "keep one of them")
    case .duplicate(let thing, let name, let file, let line):
      return Wording(
        "\(thing.name.zh) `\(name)` 重复了，\(file) 第 \(line) 行已经有了",
        "the \(thing.name.en) `\(name)` is declared twice, first in \(file) on line \(line)")
    case .emptyValue(let key):
      return Wording(
        "`\(key)` 是空的", "`\(key)` is empty", hint: "写上内容，或者删去这个键", "say what it is, or leave the key out")
    case .rangeReversed(let first, let last):
      return Wording("`\(first)` 比 `\(last)` 还大", "`\(first)` is above `\(last)`")
    case .emptyFile:
      return Wording("文件是空的", "the file is empty")
    case .tooLarge(let limit):
      return Wording(
        "文件超过 \(limit >> 20) MB，没有读取", "the file is larger than \(limit >> 20) MB and was not read",
        hint: "规则文件不该这么大，请检查路径", "no rule file is that large; check the path")
    default: preconditionFailure("a problem without words: \(self)")
    }
  }

  private var nameWording: Wording {
    switch self {
    case .badRuleID(let id):
      return Wording(
        "规则编号 `\(id)` 不合规定", "`\(id)` is no rule id", hint: "只用小写字母、数字，中间用 . 和 - 连接，如 health.monthly-report",
        "use small letters and digits with . and - between them, such as health.monthly-report")
    case .badName(let name, let thing):
      return Wording(
        "\(thing.name.zh)名 `\(name)` 不能用在条件里", "the \(thing.name.en) name `\(name)` can't be used in conditions",
        hint: "用文字、数字和下划线，不以数字开头", "use letters, digits and _, not beginning with a digit")
    case .unknown(let thing, let name, let candidates):
      return Wording(
        "没有叫 `\(name)` 的\(thing.name.zh)", "there is no \(thing.name.en) `\(name)`",
        hint: Wording.suggestion(for: name, among: candidates))
    case .unknownField(let name, let dataset, let candidates):
      return Wording(
        "数据表 `\(dataset)` 没有字段 `\(name)`", "the dataset `\(dataset)` has no field `\(name)`",
        hint: Wording.suggestion(for: name, among: candidates))
    case .fieldType(let name, let dataset, let type, let wanted):
      return Wording(
        "`\(dataset)` 的 `\(name)` 是\(type.title.zh)，这里要\(wanted.map(\.title.zh).joined(separator: "或"))",
        "`\(name)` of `\(dataset)` is of type \(type.title.en), and \(wanted.map(\.title.en).joined(separator: " or ")) is needed here"
      )
    case .referenceTypeDiffers(let field, let type, let theirs, let other):
      return Wording(
        "`\(field)` 是\(type.title.zh)，它引用的 `\(theirs)` 却是\(other.title.zh)",
        "`\(field)` is of type \(type.title.en), but `\(theirs)`, which it refers to, is of type \(other.title.en)")
    case .referenceToKeylessDataset(let name):
      return Wording(
        "数据表 `\(name)` 没有 key，不能被引用", "the dataset `\(name)` has no key, so nothing can refer to it",
        hint: "给它加上 key: [字段]", "give it a key: [field]")
    case .referenceNeedsMatch(let dataset, let key):
      let list = key.joined(separator: ", ")
      return Wording(
        "`\(dataset)` 的 key 是 [\(list)]，要用 match 逐个对应",
        "the key of `\(dataset)` is [\(list)]; each part must be matched",
        hint: "写成 references: {to: \(dataset), match: {对方字段： 本表字段}}",
        "write references: {to: \(dataset), match: {their_field: our_field}}")
    case .overrideOfUnknownParameter(let name, let candidates):
      return Wording(
        "规则里没有参数 `\(name)`", "no rule file declares the parameter `\(name)`",
        hint: Wording.suggestion(for: name, among: candidates))
    case .enableMatchesNothing(let pattern):
      return Wording("`\(pattern)` 没有对应的规则", "`\(pattern)` matches no rule")
    case .noRulesMatch(let pattern):
      return Wording("`\(pattern)` 没有对应的规则", "`\(pattern)` matches no rule")
    case .reservedName(let name):
      return Wording(
        "`\(name)` 是检查结果自己的数据表，不能另外定义", "`\(name)` is a dataset that every audit makes itself",
        hint: "换一个名字", "choose another name")
    case .tooManyVariants(let limit):
      return Wording(
        "`for` 里的组合超过 \(limit) 个", "`for` has more than \(limit) combinations",
        hint: "拆成几条规则", "write several rules")
    case .listedValue(let value, let field, let type):
      return Wording(
        "`\(value)` 不是字段 `\(field)` 的值，它的类型是 \(type.rawValue)",
        "`\(value)` is no value of the field `\(field)`, which is of type \(type.rawValue)")
    case .circle(let thing, let names):
      let circle = names.map { "`\($0)`" }.joined(separator: " → ")
      return Wording(
        "\(thing.name.zh)互相依赖：\(circle)", "\(thing.name.en)s depend on each other: \(circle)",
        hint: "去掉其中一处依赖", "take one of them out of the circle")
    case .unusedParameter(let name):
      return Wording("参数 `\(name)` 没有规则用到", "no rule uses the parameter `\(name)`")
    default: preconditionFailure("a problem without words: \(self)")
    }
  }

  private var ruleWording: Wording {
    switch self {
    case .constraintNotForType(let key, let type):
      return Wording("`\(key)` 不能用于\(type.title.zh)字段", "`\(key)` does not apply to fields of type \(type.title.en)")
    case .badPattern(let pattern):
      return Wording("`\(pattern)` 不是正确的正则表达式", "`\(pattern)` is no valid regular expression")
    case .subjectHasNoRoster(let names):
      return Wording(
        "`among` 只能用在引用名册的单个字段上", "`among` needs a single subject field that refers to a roster",
        hint: names.isEmpty
          ? LocalizedText(zh: "先写 each", en: "write `each` first")
          : LocalizedText(
            zh: "给 `\(names[0])` 加上 references", en: "give `\(names[0])` a `references` to the roster"))
    case .periodNeedsPer(let key):
      return Wording("`\(key)` 要和 `per` 一起用", "`\(key)` needs `per`")
    case .reportNeedsPeriod:
      return Wording(
        "报送规则要写 `per`", "a report needs `per`", hint: "例如 per: month，表示每月一次", "such as per: month for one every month")
    case .runningNeedsSum(let name):
      return Wording(
        "逐日余额只能用 sum 或 count，不能用 \(name)", "a running total is a sum or a count, not a \(name)",
        hint: "改用 sum 或 count", "use sum or count")
    case .hoursNeedTimestamps:
      return Wording(
        "按小时计时，两边都要是时间（timestamp）字段", "hours are counted between timestamps",
        hint: "改成天数，如 1d，或把字段类型改成 timestamp", "write days, such as 1d, or make both fields timestamps")
    case .negative(let key):
      return Wording("`\(key)` 不能是负数", "`\(key)` can't be negative")
    case .badRecurrence(let problem): return problem.wording
    case .shareOutOfRange(let number):
      return Wording(
        "比例要在 0% 到 100% 之间，现在是 \(number)", "a share lies between 0% and 100%, and this is \(number)",
        hint: "百分数要写 %，如 90%", "write percentages with %, such as 90%")
    case .boundsReversed(let low, let high):
      return Wording("下限 \(low) 高于上限 \(high)", "the least, \(low), is above the greatest, \(high)")
    case .unsupportedSource(let kind):
      return Wording(
        "这个版本还不能读取 \(kind) 数据", "this version can't read \(kind) data yet", hint: "请另存为 CSV", "save it as CSV")
    case .rowWithoutValue(let dataset):
      return Wording(
        "`\(dataset)` 的这一行没有任何内容，会像空行一样被跳过", "this row of `\(dataset)` holds nothing, and blank rows are no records",
        hint: "至少给一个字段写上内容", "give at least one field a value")
    case .datasetNotRead(let dataset, let rule, let read):
      return Wording(
        "规则 `\(rule)` 不读取数据表 `\(dataset)`", "the rule `\(rule)` does not read the dataset `\(dataset)`",
        hint: Wording.suggestion(for: dataset, among: read))
    default: preconditionFailure("a problem without words: \(self)")
    }
  }
}

extension FileProblem {
  /// The words for it.
  var wording: Wording {
    switch self {
    case .missing: Wording("找不到这个文件或文件夹", "there is no such file or folder")
    case .isDirectory: Wording("这是文件夹，不是文件", "this is a folder, not a file")
    case .noRuleFiles:
      Wording("这个文件夹里没有规则文件（.yaml 或 .yml）", "this folder holds no rule files (.yaml or .yml)")
    case .notPermitted: Wording("没有读取权限", "reading it is not permitted")
    case .notText(let byte):
      Wording(
        "第 \(byte + 1) 个字节不是 UTF-8 文字", "byte \(byte + 1) is not UTF-8 text", hint: "用 UTF-8 编码另存文件",
        "save the file as UTF-8")
    case .unreadable(let reason): Wording("读取失败：\(reason)", "it can't be read: \(reason)")
    }
  }
}
