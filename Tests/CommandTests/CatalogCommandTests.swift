import Foundation
import Testing

/// `norma catalog` and `norma init`, as people who never open YAML use them.
@Suite struct CatalogCommandTests {
  @Test("the rule book of a project has every rule by department, with what its parameters are set to")
  func project() throws {
    let book = try Binary.run(["catalog", "Examples/township", "--as-of", "2026-11-23"])
    #expect(book.exitCode == 0 && book.errors.isEmpty)
    #expect(book.output.hasPrefix("# 青山乡人民政府规则手册"))
    #expect(book.output.contains("## 旅游办") && book.output.contains("`tourism.farm-stay-hygiene`"))
    #expect(book.output.contains("- 参数：村级原始资料报送期限(月末起)：最迟周期结束后 10 天"))
    #expect(book.output.contains("尚未设定"), "the length of the new road is blank in the plan")
  }

  @Test("rules are told as people speak: what an expression repeats is said once, and nothing is left in its code")
  func words() throws {
    let files = ShopProject().with(
      "rules.yaml",
      """
      parameters: {rate: {value: 90%, title: {zh: 率, en: Rate}}, road: {title: {zh: 路, en: Road}}}
      datasets:
        shops:
          title: {zh: 店铺, en: Shops}
          key: [shop]
          fields:
            shop: {type: text, label: 店铺编号, required: true}
            kind: {type: text, label: 类别}
            open: {type: boolean, label: 营业}
            closed: {type: date, label: 歇业日期}
        visits:
          title: {zh: 走访, en: Visits}
          fields:
            shop: {type: text, label: 店铺编号, references: shops}
            day: {type: date, label: 日期, required: true}
            fee: {type: decimal, label: 收费}
        counts:
          title: {zh: 走访次数, en: Visits by shop}
          from: visits
          each: [shop]
          fields: {number: count()}
          labels: {number: 次数}
      rules:
        - {id: a.open, title: 甲, record: {of: shops, where: '(closed == null || closed > asOf) && kind != null && kind.contains("酒")', require: open}}
        - {id: a.share, title: 乙, coverage: {of: shops, having: open && closed == null, at_least: param.rate}}
        - {id: a.visits, title: 丙, frequency: {of: visits, on: day, each: shop, per: month, at_least: 2, in: [1, 2, 3, 7]}}
        - {id: a.none, title: 丁, aggregate: {of: visits, on: day, per: year, sum: fee, at_most: 1 - (1 - param.road)}}
        - {id: a.rule, title: 戊, aggregate: {of: visits, on: day, where: shop.kind == "酒", count: true, per: {rrule: "FREQ=YEARLY;BYMONTH=2,5;BYMONTHDAY=1"}, at_most: 0}}
        - {id: a.count, title: 己, record: {of: counts, require: number >= 1}}
        - {id: a.seen, title: 庚, record: {of: shops, require: 'size(visits.filter(v, v.fee > 200000)) <= 3'}}
      """)
    let book = try files.run(["catalog", "rules.yaml", "--language", "zh"]).output
    let sentences = [
      "“店铺”中（（歇业日期没有填写，或晚于检查日），且类别包含“酒”）的每条记录都要满足：营业为是。",
      "本单位，“店铺”中的记录里，（营业为是，且歇业日期没有填写）的比例不低于 90%（“率”）。",
      "“店铺”里的每个店铺，每月（只看 1–3、7 月），“走访”中（日期在这段时间）的记录至少有 2 条。",
      "“走访”中（日期在当年）的记录的收费合计不超过 1 - （1 - “路”（尚未设定））。",
      "本单位，每年 2、5 月的 1 日起各为一期，“走访”中（日期在当期，且店铺的类别为“酒”）的记录一条也不能有。",
      "“走访次数”中的每条记录都要满足：次数不少于 1。",
      "“走访”中的相关记录（收费大于 20 万）不超过 3 条。",
    ]
    for sentence in sentences { #expect(book.contains(sentence), "\(sentence)\n\(book)") }
  }

  @Test("the rule book comes in English and as a page, in which nothing of a rule is read as markup")
  func formats() throws {
    let files = ShopProject().with(
      "rules.yaml",
      """
      datasets: {shops: {key: [shop], fields: {shop: {type: text, required: true}, fee: decimal}}}
      rules:
        - id: a.fee
          title: {zh: "费用<b>|*", en: "Fee <b>|*"}
          department: {zh: 甲 & 乙, en: A & B}
          record: {of: shops, require: fee == null}
      """)
    let page = try files.run(["catalog", "rules.yaml", "--format", "html", "--language", "en"])
    #expect(page.exitCode == 0 && page.output.hasPrefix("<!DOCTYPE html>"))
    #expect(page.output.contains("Fee &lt;b&gt;|*") && page.output.contains("A &amp; B (1)"))
    #expect(!page.output.contains("<b>") && !page.output.contains("<script"))
    let text = try files.run(["catalog", "rules.yaml", "--language", "en"])
    #expect(text.output.contains("### Fee \\<b\\>\\|\\*"))
  }

  @Test("the rule book of mistaken rules is not printed, and one in a file is there whole")
  func mistakes() throws {
    let broken = ShopProject().with("rules.yaml", "rules:\n  - id: a.b\n    coverag: {of: x}\n")
    let result = try broken.run(["catalog", "rules.yaml"])
    #expect(result.exitCode == 3 && result.output.isEmpty && result.errors.contains("coverage"))
    #expect(try Binary.run(["catalog", "Rules", "--format", "pdf"]).exitCode == 64)
    let folder = try ScratchFolder()
    let path = folder.url.appendingPathComponent("book.html").path
    #expect(try Binary.run(["catalog", "Rules", "--format", "html", "-o", path]).exitCode == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("</html>\n"))
  }

  @Test("a project that was started lints and audits at once, with a sheet for each dataset")
  func start() throws {
    let folder = try ScratchFolder()
    let path = folder.url.appendingPathComponent("township").path
    let started = try initialized(path, ["--organization", "某乡", "--plans", "all", "--units", "甲村、乙村,甲村"])
    #expect(started.output.contains("norma audit"))
    let units = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/data/units.csv")), as: UTF8.self)
    #expect(units.hasPrefix("\u{FEFF}单位代码,") && units.contains("甲村,甲村,行政村") && units.contains("乙村"))
    #expect(units.split(separator: "\r\n").count == 3)
    // What rules look for is named where it has to be written.
    let page = try String(contentsOfFile: path + "/data/README.md", encoding: .utf8)
    #expect(page.contains("| 文件类别 | 文字；规则会查找：") && page.contains("旅游规划"))
    let lint = try Binary.run(["lint", path + "/norma.yaml"])
    #expect(lint.exitCode == 0, "\(lint.output)")
    let audit = try Binary.run(["audit", path, "--as-of", "2026-11-23"])
    #expect([1, 2].contains(audit.exitCode), "\(audit.errors)")
    #expect(try String(contentsOfFile: path + "/data/README.md", encoding: .utf8).contains("| 出生日期 | 日期"))
  }

  @Test("a project of one plan has that plan's rules and sheets only")
  func onePlan() throws {
    let folder = try ScratchFolder()
    let path = folder.url.appendingPathComponent("tourism").path
    _ = try initialized(path, ["--organization", "Office", "--plans", "tourism", "--language", "en"])
    let files = try FileManager.default.contentsOfDirectory(atPath: path + "/data")
    #expect(files.contains("farm_stays.csv") && !files.contains("children.csv"))
    #expect(files.contains("units.csv"), "activities name the unit that holds them")
    #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/rules").contains("tourism"))
    // Parameters of the packs that were not chosen are left out, so that nothing is warned of.
    let lint = try Binary.run(["lint", path + "/norma.yaml", "--language", "en"])
    #expect(lint.exitCode == 0 && lint.output == "0 errors, 0 warnings\n", "\(lint.output)")
    #expect(try Binary.run(["audit", path]).exitCode < 3)
  }

  /// Starts a project, which has to go well.
  private func initialized(_ path: String, _ options: [String]) throws -> Binary.Result {
    let result = try Binary.run(["init", path] + options)
    #expect(result.exitCode == 0, "\(result.errors)")
    return result
  }

  @Test("a folder with anything in it is left alone, and what is not said is asked for by name")
  func refusals() throws {
    let folder = try ScratchFolder()
    try folder.write(["note.txt": Data("x".utf8)])
    let used = try Binary.run(["init", folder.url.path, "--organization", "某乡", "--plans", "all"])
    #expect(used.exitCode == 64 && used.errors.contains(folder.url.path))
    let fresh = folder.url.appendingPathComponent("new").path
    #expect(try Binary.run(["init", fresh]).errors.contains("--organization"))
    #expect(try Binary.run(["init", fresh, "--organization", "某乡"]).errors.contains("--plans"))
    let unknown = try Binary.run(["init", fresh, "--organization", "某乡", "--plans", "tourism,fishery"])
    #expect(unknown.exitCode == 64 && unknown.errors.contains("fishery"))
    #expect(!FileManager.default.fileExists(atPath: fresh))
  }
}
