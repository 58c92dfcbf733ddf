extension RuleBook {
  /// The layouts that a book can have.
  public enum Format: String, CaseIterable, Sendable {
    case markdown, html
  }

  /// Returns the book as text. O(rules).
  public func text(as format: Format, in language: Language) -> String {
    let words = RuleBookWords(book: self, language: language)
    return switch format {
    case .markdown: markdown(words)
    case .html: html(words)
    }
  }

  // MARK: Markdown

  private func markdown(_ words: RuleBookWords) -> String {
    var text =
      "# \(Self.escapedMarkdown(words.title))\n\n\(Self.escapedMarkdown(words.preface))\n\n## \(words.contents)\n\n"
    for chapter in chapters { text += "- \(Self.escapedMarkdown(words.line(of: chapter)))\n" }
    for chapter in chapters {
      text += "\n## \(Self.escapedMarkdown(chapter.department[words.language]))\n"
      for entry in chapter.entries {
        text += "\n### \(Self.escapedMarkdown(entry.rule.title[words.language]))\n\n`\(entry.rule.id)`\n\n"
        text += Self.escapedMarkdown(words.demand(entry)) + "\n\n"
        for fact in words.facts(entry) { text += "- \(fact.label)\(words.colon)\(Self.escapedMarkdown(fact.text))\n" }
      }
    }
    return text
  }

  /// Returns a text in which nothing is read as markup, on one line.
  static func escapedMarkdown(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if character.isNewline {
        escaped += " "
      } else {
        if "\\`*_{}[]<>|#~".contains(character) { escaped += "\\" }
        escaped.append(character)
      }
    }
    return escaped
  }

  // MARK: HTML

  private func html(_ words: RuleBookWords) -> String {
    let title = Self.escapedHTML(words.title)
    var text = """
      <!DOCTYPE html>
      <html lang="\(words.language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      body { font: 16px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #222 }
      h1, h2 { border-bottom: 1px solid #bbb; padding-bottom: .2em }
      article { break-inside: avoid; margin: 1.5em 0 }
      h3 { margin: 0 }
      code { color: #666; font-size: .85em }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1em; margin: .5em 0; font-size: .93em }
      dt { color: #666 }
      dd { margin: 0 }
      .off { opacity: .65 }
      @media print { body { max-width: none; margin: 0 } h2 { break-before: page } }
      </style>
      </head>
      <body>
      <h1>\(title)</h1>
      <p>\(Self.escapedHTML(words.preface))</p>
      <nav>
      <h2>\(words.contents)</h2>
      <ul>

      """
    for (number, chapter) in chapters.enumerated() {
      text += "<li><a href=\"#chapter-\(number + 1)\">\(Self.escapedHTML(words.line(of: chapter)))</a></li>\n"
    }
    text += "</ul>\n</nav>\n"
    for (number, chapter) in chapters.enumerated() {
      text += "<h2 id=\"chapter-\(number + 1)\">\(Self.escapedHTML(chapter.department[words.language]))</h2>\n"
      for entry in chapter.entries { text += article(entry, words) }
    }
    return text + "</body>\n</html>\n"
  }

  private func article(_ entry: Entry, _ words: RuleBookWords) -> String {
    var text = "<article id=\"\(Self.escapedHTML(entry.rule.id))\"\(entry.isJudged ? "" : " class=\"off\"")>\n"
    text += "<h3>\(Self.escapedHTML(entry.rule.title[words.language]))</h3>\n"
    text += "<code>\(Self.escapedHTML(entry.rule.id))</code>\n<p>\(Self.escapedHTML(words.demand(entry)))</p>\n<dl>\n"
    for fact in words.facts(entry) {
      text += "<dt>\(Self.escapedHTML(fact.label))</dt><dd>\(Self.escapedHTML(fact.text))</dd>\n"
    }
    return text + "</dl>\n</article>\n"
  }

  private static func escapedHTML(_ text: String) -> String { XMLElement.escaped(text, inAttribute: true) }
}
