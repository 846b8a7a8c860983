import CRM
import Wording

/// The report of a hand-over as one page that needs nothing else, to look at and to print.
struct HandoverPage {
  let title: String
  let totals: [String]
  let sections: [HandoverSections.Section]
  let footer: String
  let language: Language

  /// The page as text.
  var html: String {
    let code = language == .russian ? "ru" : "en"
    var page = "<!DOCTYPE html>\n<html lang=\"\(code)\">\n<head>\n<meta charset=\"utf-8\">\n"
    page += "<title>\(Self.escaped(title))</title>\n<style>\n\(Self.style)\n</style>\n</head>\n"
    page += "<body>\n<h1>\(Self.escaped(title))</h1>\n<ul>\n"
    for line in totals { page += "<li>\(Self.escaped(line))</li>\n" }
    page += "</ul>\n"
    for section in sections { page += html(of: section) }
    page += "<footer>\(Self.escaped(footer))</footer>\n</body>\n</html>\n"
    return page
  }

  private func html(of section: HandoverSections.Section) -> String {
    var text = "<section>\n<h2>\(Self.escaped(section.title))</h2>\n"
    if !section.rows.isEmpty {
      text += "<table>\n<thead><tr>"
      for header in section.headers { text += "<th>\(Self.escaped(header))</th>" }
      text += "</tr></thead>\n<tbody>\n"
      for row in section.rows {
        text += "<tr>" + row.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>\n"
      }
      text += "</tbody>\n</table>\n"
    }
    for note in section.notes { text += "<p>\(Self.escaped(note))</p>\n" }
    return text + "</section>\n"
  }

  /// No page may be steered by what stands in a card.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let style = [
    "body{font-family:sans-serif;font-size:11pt;margin:2em}",
    "table{border-collapse:collapse;width:100%}",
    "th,td{border-bottom-style:solid;border-bottom-width:1px;text-align:left;padding:.2em .6em}",
    "th{font-weight:bold}", "thead{display:table-header-group}", "tr{break-inside:avoid}",
    "h2{break-after:avoid;margin-top:1.5em}", "footer{margin-top:2em;font-size:9pt}",
    "@media print{body{margin:0}}",
  ].joined(separator: "\n")
}
