import Testing

@testable import Norma

@Suite struct WildcardPatternTests {
  @Test(
    "Stars stand for any characters, question marks for one",
    arguments: [
      ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abb", false), ("?", "青", true),
      ("?", "", false), ("*.csv", "a.csv.csv", true), ("a*b*c", "aXbYbc", true), ("a*b*c", "acb", false),
      ("", "", true), ("", "a", false), ("tourism.waste-*", "tourism.waste-daily", true), ("**", "x", true),
    ])
  func matching(pattern: String, text: String, expected: Bool) {
    #expect(WildcardPattern(pattern).matches(text) == expected)
  }

  @Test("A path with wildcards names the files there are, by name, and hidden ones only if asked for")
  func expansion() throws {
    let folder = try ScratchFolder()
    for name in ["b.csv", "a.csv", "村2.csv", "村10.csv", ".hidden.csv", "c.txt", "east/a.csv", "west/a.csv", "a[1].csv"]
    {
      _ = try folder.write("x", to: name)
    }
    func names(_ path: String) -> [String] {
      WildcardPattern.expand(path: folder.path + "/" + path).map { String($0.dropFirst(folder.path.count + 1)) }
    }
    #expect(names("*.csv") == ["a.csv", "a[1].csv", "b.csv", "村10.csv", "村2.csv"])
    #expect(names("村?.csv") == ["村2.csv"])
    #expect(names("*/a.csv") == ["east/a.csv", "west/a.csv"])
    #expect(names(".*.csv") == [".hidden.csv"])
    #expect(names("a[1].csv") == ["a[1].csv"])
    #expect(names("absent.csv") == ["absent.csv"])
    #expect(names("*.xlsx") == [])
    #expect(names("absent/*.csv") == [])
  }
}
