/// An element of an XML document: with other elements in it, or with text.
struct XMLElement {
  let name: String
  let attributes: [(name: String, value: String)]
  let children: [XMLElement]
  let text: String?

  /// Creates an element that holds other elements.
  init(_ name: String, _ attributes: [(String, String)], _ children: [XMLElement]) {
    self.name = name
    self.attributes = attributes.map { (name: $0.0, value: $0.1) }
    self.children = children
    text = nil
  }

  /// Creates an element that holds text.
  init(_ name: String, _ attributes: [(String, String)], text: String) {
    self.name = name
    self.attributes = attributes.map { (name: $0.0, value: $0.1) }
    children = []
    self.text = text
  }

  fileprivate func write(to output: inout String, indentation: Int) {
    let margin = String(repeating: "  ", count: indentation)
    output += margin + "<" + name
    for attribute in attributes {
      output += " \(attribute.name)=\"" + Self.escaped(attribute.value, inAttribute: true) + "\""
    }
    if let text {
      output += ">" + Self.escaped(text, inAttribute: false) + "</\(name)>\n"
    } else if children.isEmpty {
      output += "/>\n"
    } else {
      output += ">\n"
      for child in children { child.write(to: &output, indentation: indentation + 1) }
      output += margin + "</\(name)>\n"
    }
  }

  /// Returns text as it may stand in a document. Characters that XML 1.0 (section 2.2) does not know, such as control
  /// characters, become U+FFFD; blanks that a parser would turn into spaces (section 3.3.3) or line feeds (section 2.11)
  /// are written by their numbers.
  static func escaped(_ text: String, inAttribute: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\r": result += "&#13;"
      case "\n" where inAttribute: result += "&#10;"
      case "\t" where inAttribute: result += "&#9;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// An XML 1.0 document.
struct XMLDocument {
  let root: XMLElement

  /// The document, indented by two spaces.
  var text: String {
    var output = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    root.write(to: &output, indentation: 0)
    return output
  }
}
