import Testing

@testable import Norma

@Suite struct RowRunsTests {
  @Test("what jobs have found in turns comes out in the order of the rows", arguments: 0..<50)
  func order(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let jobs = Int.random(in: 1...4, using: &random)
    var found = [RowRuns<Int>](repeating: RowRuns(), count: jobs)
    var all: [Int] = []
    var firstRow = 0
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let count = Int.random(in: 1...20, using: &random)
      let rows = (firstRow..<firstRow + count).filter { _ in Bool.random(using: &random) }
      found[Int.random(in: 0..<jobs, using: &random)].append(rows, firstRow: firstRow, file: firstRow)
      all += rows
      firstRow += count
    }
    let whole = found.dropFirst().reduce(into: found[0]) { $0.formUnion($1) }
    #expect(Array(whole.elements) == all, "seed \(seed)")
    #expect(whole.count == all.count, "seed \(seed)")
    for row in all { #expect(whole.run(of: row)?.elements.contains(row) == true, "seed \(seed), row \(row)") }
    for run in whole.runs { #expect(run.file == run.firstRow, "seed \(seed)") }
  }

  @Test("a row before all runs belongs to none")
  func before() {
    var runs = RowRuns<Int>()
    #expect(runs.run(of: 0)?.elements == nil)
    runs.append([7], firstRow: 5, file: 0)
    #expect(runs.run(of: 4)?.elements == nil)
    #expect(runs.run(of: 6)?.elements == [7])
  }
}
