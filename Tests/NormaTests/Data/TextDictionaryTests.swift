import Testing

@testable import Norma

@Suite struct TextDictionaryTests {
  @Test("A text has one code for ever, and codes count up as texts come")
  func codes() {
    let dictionary = TextDictionary()
    var generator = SeededGenerator(seed: 11)
    var expected: [String: UInt32] = [:]
    for _ in 0..<5_000 {
      let text =
        String(repeating: "村", count: .random(in: 0...3, using: &generator))
        + String(Int.random(in: 0...900, using: &generator))
      let code = dictionary.insert(text)
      #expect(code == expected[text] ?? UInt32(expected.count))
      expected[text] = code
    }
    #expect(dictionary.count == expected.count)
    for (text, code) in expected {
      #expect(dictionary[code] == text)
      #expect(dictionary.code(of: text) == code)
    }
    #expect(dictionary.code(of: "never seen") == nil)
    #expect(dictionary.texts(from: expected.count - 1).count == 1)
    #expect(dictionary.texts(from: expected.count + 1) == [])
  }

  @Test("Texts that look alike and are spelled otherwise are two")
  func spelling() {
    let dictionary = TextDictionary()
    #expect(dictionary.insert("é") != dictionary.insert("e\u{301}"))
    #expect(dictionary.insert("") == dictionary.insert(""))
  }
}
