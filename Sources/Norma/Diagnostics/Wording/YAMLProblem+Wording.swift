extension YAMLProblem {
  /// The words for it.
  var wording: Wording {
    switch self {
    case .syntax(let syntax, let suspect):
      let wording = syntax.wording
      guard let suspect else { return wording }
      return Wording(wording.message.zh, wording.message.en, hint: Wording.suspect(suspect))
    case .duplicateKey(let key, let line):
      return Wording(
        "键 `\(key)` 重复了，第 \(line) 行已经写过", "the key `\(key)` stands twice, first on line \(line)",
        hint: "删掉其中一个", "remove one of them")
    case .keyNotText:
      return Wording("键必须是一段文字", "a key must be a text")
    case .tag(let tag):
      return Wording(
        "以 `!` 开头的值不带引号时，YAML 把 `\(tag)` 当作类型标签，不当作内容",
        "without quotes YAML takes `\(tag)` for a tag, and not for a part of the value",
        hint: "给整个值加上引号，例如 where: \"!closed\"", "put the whole value in quotes, such as where: \"!closed\"")
    case .unknownAnchor(let name):
      return Wording("`*\(name)` 引用的锚点不存在", "`*\(name)` refers to an anchor that is not there")
    case .severalDocuments:
      return Wording(
        "一个文件里只能有一份 YAML 文档", "a file holds one YAML document", hint: "把 `---` 之后的内容放到另一个文件里",
        "put what follows `---` into a file of its own")
    case .tooDeep(let limit):
      return Wording("嵌套超过 \(limit) 层", "nested deeper than \(limit) levels")
    case .tooManyNodes(let limit):
      return Wording("内容超过 \(limit) 个值", "more than \(limit) values")
    case .aliasesTooLarge(let limit):
      return Wording(
        "别名展开后超过 \(limit) 个值", "aliases expand to more than \(limit) values", hint: "把重复的内容写成参数或单独的规则",
        "write what is repeated as a parameter or a rule of its own")
    }
  }
}

extension YAMLSyntax {
  /// The words for it.
  var wording: Wording {
    switch self {
    case .tabIndentation:
      Wording("这里用了制表符（Tab）", "there is a tab here", hint: "YAML 只能用空格缩进", "YAML is indented with spaces alone")
    case .reservedCharacter:
      Wording(
        "值不能以这个符号开头", "a value can't begin with this character", hint: "给整个值加上引号", "put the whole value in quotes")
    case .unclosedQuote:
      Wording("引号没有收尾", "a quote is not closed", hint: "在文字的末尾补上同样的引号", "add the same quote at the end of the text")
    case .unclosedBracket:
      Wording(
        "括号没有收尾，或少了逗号", "a bracket is not closed, or a comma is missing", hint: "检查 [ ]、{ } 是否成对，条目之间用半角逗号",
        "check that [ ] and { } are paired, with commas between the entries")
    case .missingColon:
      Wording(
        "这一行少了冒号", "a colon is missing on this line", hint: "写成 `键: 值`，冒号后有一个空格",
        "write `key: value`, with a space after the colon")
    case .nestedColon:
      Wording(
        "这里不能有“: ”", "a colon with a space can't stand here", hint: "值里有冒号时给整个值加引号，例如 where: \"a ? b : c\"",
        "put a value that holds a colon in quotes, such as where: \"a ? b : c\"")
    case .badIndentation:
      Wording("缩进不对", "the indentation is off", hint: "同一层的行要左边对齐", "lines of one level begin in the same column")
    case .badEscape:
      Wording(
        "双引号里的反斜杠不对", "a backslash in double quotes is wrong", hint: "改用单引号，或把 \\ 写成 \\\\",
        "use single quotes, or write \\\\ for \\")
    case .badCharacter:
      Wording(
        "文件里有不能用的字符", "the file has a character that is not allowed", hint: "用 UTF-8 编码另存文件", "save the file as UTF-8")
    case .other:
      Wording("这里的 YAML 写法不对", "this is not valid YAML")
    }
  }
}
