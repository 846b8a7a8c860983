import CRM

/// The programs and customs whose tables are recognised by their headers.
public enum PresetName: String, Sendable, CaseIterable {
  /// amoCRM, the older export of deals.
  case amoDeals = "amo-deals"
  /// amoCRM, the newer export of deals, with «(контакт)» after the names.
  case amoDealsNew = "amo-deals-new"
  /// amoCRM, the template for importing deals.
  case amoDealsTemplate = "amo-deals-template"
  /// amoCRM, the template for importing contacts.
  case amoContacts = "amo-contacts"
  /// amoCRM, the template for importing companies.
  case amoCompanies = "amo-companies"
  /// Битрикс24, contacts.
  case bitrixContacts = "bitrix-contacts"
  /// Битрикс24, companies.
  case bitrixCompanies = "bitrix-companies"
  /// Битрикс24, deals.
  case bitrixDeals = "bitrix-deals"
  /// Битрикс24, leads.
  case bitrixLeads = "bitrix-leads"
  /// HubSpot, contacts.
  case hubspotContacts = "hubspot-contacts"
  /// HubSpot, deals.
  case hubspotDeals = "hubspot-deals"
  /// Pipedrive, deals with people and organisations.
  case pipedriveDeals = "pipedrive-deals"
  /// Pipedrive, people.
  case pipedrivePeople = "pipedrive-people"
  /// Google Contacts, both forms.
  case googleContacts = "google-contacts"
  /// Outlook in Russian.
  case outlookRU = "outlook-ru"
  /// Outlook in English, classic and new.
  case outlookEN = "outlook-en"
  /// Thunderbird.
  case thunderbird
  /// Atomic CRM.
  case atomicCRM = "atomic-crm"
  /// «Excel: простая база».
  case excelSimple = "excel-simple"
  /// «Excel: расширенная база».
  case excelExtended = "excel-extended"
}

/// What is known about the tables of one program: their columns and what they mean.
public struct Preset: Sendable {
  /// What the rows of a table are about.
  public enum Records: Sendable {
    /// People; a company may stand beside them.
    case people
    /// Companies.
    case companies
    /// Clients of either kind.
    case clients
    /// Deals; a person and a company may stand beside them.
    case deals
  }

  /// What its rows make.
  var entity: Entity { records == .deals ? Schema.deal : Schema.client }

  /// Which program or custom this is.
  public let name: PresetName
  /// What the rows are about.
  public let records: Records
  /// Values that this program writes where nothing was entered.
  public let emptyValues: Set<String>

  /// Names that a header must have; each entry is one or more, separated by `|`.
  let signature: [String]
  let table: ColumnTable
  /// The words before ` - ` in other languages, to the English ones.
  let prefixes: [String: String]

  init(
    _ name: PresetName, _ records: Records, signature: [String], emptyValues: Set<String> = [],
    prefixes: [String: String] = [:], columns: String
  ) {
    self.name = name
    self.records = records
    self.signature = signature
    self.emptyValues = emptyValues
    self.prefixes = prefixes
    table = ColumnTable(columns)
  }

  /// All presets; of two that fit a header equally well the first is taken.
  public static let all: [Preset] =
    amoCRM + bitrix24 + hubSpot + pipedrive + addressBooks + spreadsheets

  /// The preset of a name.
  public static func named(_ name: PresetName) -> Preset? {
    all.first { $0.name == name }
  }

  /// Recognises the program that wrote a table by the names of its columns.
  ///
  /// Of the presets whose characteristic names are all there, the one that knows the most columns
  /// is taken. Positions do not matter.
  public static func detect(_ header: [String]) -> Preset? {
    let occurrences = ColumnName.occurrences(header)
    var best: (preset: Preset, known: Int)?
    for preset in all {
      let keys = Set(header.map { ColumnName.key(preset.canonical($0)) })
      let hasSignature = preset.signature.allSatisfy { names in
        ColumnTable.header(keys, hasOneOf: names)
      }
      guard hasSignature else { continue }
      let known = header.indices.count { index in
        preset.action(for: header[index], occurrence: occurrences[index]) != nil
      }
      if known > best?.known ?? 0 { best = (preset, known) }
    }
    return best?.preset
  }

  /// What this program means by a column, if that is known.
  public func action(for name: String, occurrence: Int) -> ColumnMapping.Action? {
    table.action(for: canonical(name), occurrence: occurrence)
  }

  /// The name with its localised prefix in English: «Osoba - E-mail» is «Person - E-mail».
  private func canonical(_ name: String) -> String {
    guard !prefixes.isEmpty else { return name }
    let pieces = name.split(separator: " - ", maxSplits: 1)
    guard pieces.count == 2, let prefix = prefixes[ColumnName.key(String(pieces[0]))] else {
      return name
    }
    return "\(prefix) - \(pieces[1])"
  }
}
