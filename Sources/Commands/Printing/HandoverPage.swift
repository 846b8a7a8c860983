import CRM
import Wording

/// The report of a hand-over as one page that needs nothing else, to look at and to print.
struct HandoverPage {
  let title: String
  /// What is to be read before all else.
  var notice: String?
  let totals: [String]
  let sections: [HandoverSections.Section]
  let footer: String
  let language: Language

  /// The page as text.
  var html: String {
    let code = language == .russian ? "ru" : "en"
    var lines = [
      "<!DOCTYPE HTML>", "<html\(Self.attribute("lang", code))>", "<head>",
      "<meta\(Self.attribute("charset", "utf-8"))>",
      "<title>\(Self.escaped(title))</title>", "<style>", Self.style, "</style>", "</head>",
      "<body>", "<h1>\(Self.escaped(title))</h1>",
    ]
    if let notice { lines.append("<p><strong>\(Self.escaped(notice))</strong></p>") }
    lines.append("<ul>")
    lines += totals.map { "<li>\(Self.escaped($0))</li>" }
    lines.append("</ul>")
    lines += sections.flatMap(Self.lines)
    lines += ["<footer>\(Self.escaped(footer))</footer>", "</body>", "</html>", ""]
    return lines.joined(separator: "\n")
  }

  private static func lines(of section: HandoverSections.Section) -> [String] {
    var lines = ["<section>", "<h2>\(escaped(section.title))</h2>"]
    if !section.rows.isEmpty {
      let titles = section.headers.map { "<th>\(escaped($0))</th>" }.joined()
      lines += ["<table>", "<thead><tr>\(titles)</tr></thead>", "<tbody>"]
      lines += section.rows.map { row in
        "<tr>\(row.map { "<td>\(escaped($0))</td>" }.joined())</tr>"
      }
      lines += ["</tbody>", "</table>"]
    }
    lines += section.notes.map { "<p>\(escaped($0))</p>" }
    return lines + ["</section>"]
  }

  private static func attribute(_ name: String, _ value: String) -> String {
    " \(name)=\"\(escaped(value))\""
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
    "@page{margin:1.5cm}",
  ].joined(separator: "\n")
}
