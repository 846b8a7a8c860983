import Bytes
public import Documents
import Platform
import Replication
import Syncing

extension Wording {
  /// What the operating system says.
  func systemComplaint(_ error: any Error) -> Complaint? {
    guard let error = error as? SystemError else { return nil }
    let path = error.path ?? pick("a stream", "поток")
    if error.isNotFound {
      return Complaint(
        .notFound, pick("\(path): there is no such file", "\(path): такого файла нет"),
        hint: pick("check the path", "проверьте путь"))
    }
    return Complaint(.failed, systemSentence(error, path), hint: systemHint(error))
  }

  private func systemSentence(_ error: SystemError, _ path: String) -> String {
    if error.isNoSpace {
      return pick(
        "\(path): no space left on the disk; nothing was changed",
        "\(path): на диске нет места; ничего не изменено")
    }
    if error.isPermission {
      return pick("\(path): permission denied", "\(path): нет прав доступа")
    }
    if error.isReadOnly {
      return pick(
        "\(path): the file system is read-only", "\(path): файловая система только для чтения")
    }
    if error.isExisting {
      return pick("\(path): already exists", "\(path): уже существует")
    }
    if error.isTooLarge { return pick("\(path): too large", "\(path): слишком большой файл") }
    if error.isFolder {
      return pick("\(path): is a folder, not a file", "\(path): это папка, а не файл")
    }
    if error.isLoop {
      return pick(
        "\(path): links lead to each other without end", "\(path): ссылки ведут друг на друга")
    }
    if error.isNameTooLong {
      return pick("\(path): the name is too long", "\(path): слишком длинное имя")
    }
    if error.isInterrupted { return interrupted }
    if error.isInvalid {
      return pick("\(path): cannot be a path or a text", "\(path): это не путь и не текст")
    }
    return "\(path): \(error.call): \(error.message)"
  }

  private func systemHint(_ error: SystemError) -> String? {
    if error.isNoSpace {
      return pick("free some space and repeat", "освободите место и повторите")
    }
    if error.isPermission {
      return pick("check who owns the file and its folder", "проверьте, чей это файл и папка")
    }
    return nil
  }

  private var interrupted: String {
    pick("interrupted; nothing was written", "прервано; ничего не записано")
  }

  /// What documents, devices and the state say.
  func documentComplaint(_ error: any Error) -> Complaint? {
    switch error {
    case let error as DocumentError: complaint(error)
    case let error as DeviceError: complaint(error)
    case let error as WorkspaceError: complaint(error)
    case let error as FolderError: complaint(error)
    case let error as AdoptionError: complaint(error)
    case let error as GzipError:
      Complaint(.damaged, pick("damaged data: \(error)", "повреждённые данные: \(error)"))
    case let error as JSONError:
      Complaint(.failed, jsonSentence(error.kind, at: error.byteOffset))
    default: nil
    }
  }

  private func complaint(_ error: DocumentError) -> Complaint {
    switch error {
    case .notFound(let path):
      Complaint(
        .notFound, pick("\(path): there is no such base", "\(path): такой базы нет"),
        hint: pick(
          "karto new \(path) --name NAME --as ME makes one",
          "создать: karto new \(path) --name НАЗВАНИЕ --as ИМЯ"))
    case .notADocument(let path):
      Complaint(
        .damaged,
        pick("\(path): this is not a Kartoteka document", "\(path): это не документ Картотеки"),
        hint: pick(
          "if it was one, karto repair may save what is left",
          "если раньше был, попробуйте karto repair"))
    case .needsNewerReader(let version):
      Complaint(
        .damaged,
        pick(
          "the document asks for a newer program (format \(version)); it was not touched",
          "документу нужна более новая программа (формат \(version)); он не изменён"),
        hint: updateHint)
    case .needsNewerWriter(let version):
      Complaint(
        .damaged,
        pick(
          "the document may be read, but only a newer program (format \(version)) may write to it",
          "документ можно читать, но менять его может только новая программа (формат \(version))"),
        hint: updateHint)
    case .alreadyExists(let path):
      Complaint(
        .failed, pick("\(path): already exists", "\(path): уже существует"),
        hint: pick("choose another name", "выберите другое имя"))
    case .readOnly(let path):
      Complaint(
        .failed,
        pick("\(path): the document cannot be written to", "\(path): документ нельзя изменить"),
        hint: pick("check its permissions", "проверьте права на файл"))
    case .unstable(let path):
      Complaint(
        .failed,
        pick(
          "\(path): another program keeps replacing the document",
          "\(path): другая программа постоянно заменяет документ"),
        hint: pick("repeat in a moment", "повторите чуть позже"))
    case .line, .container:
      Complaint(.damaged, documentSentence(error), hint: repairHint)
    case .commitTooLarge(let count):
      Complaint(
        .failed,
        pick(
          "one change is too large: \(bytes(count))",
          "одно изменение слишком велико: \(bytes(count))"),
        hint: pick("shorten the longest text", "сократите самый длинный текст"))
    }
  }

  private var updateHint: String {
    pick("update Kartoteka", "обновите Картотеку")
  }

  private var repairHint: String {
    pick(
      "karto check shows the damage, karto repair NEW.karto saves the rest",
      "karto check покажет повреждения, karto repair НОВАЯ.karto спасёт остальное")
  }

  /// What is wrong with a document, without advice.
  public func documentSentence(_ error: DocumentError) -> String {
    switch error {
    case .line(let fault, let offset): lineSentence(fault, at: offset)
    case .container(let fault, let offset): containerSentence(fault, at: offset)
    case .notFound, .notADocument, .needsNewerReader, .needsNewerWriter, .alreadyExists,
      .readOnly, .unstable, .commitTooLarge:
      complaint(error).what
    }
  }

  private func lineSentence(_ fault: LineFault, at offset: Int) -> String {
    let place = pick("byte \(number(offset)) of a part", "байт \(number(offset)) части")
    switch fault {
    case .json(let kind): return "\(place): \(jsonSentence(kind))"
    case .notAnObject:
      return pick("\(place): a line is no JSON object", "\(place): строка не является объектом")
    case .key(let key):
      return pick("\(place): wrong key \(key)", "\(place): неверный ключ \(key)")
    case .unexpected:
      return pick("\(place): a line of another kind", "\(place): строка другого рода")
    case .tooLong: return pick("\(place): a line is too long", "\(place): строка слишком длинная")
    case .recordTwice:
      return pick(
        "\(place): a record stands twice in one commit",
        "\(place): запись дважды стоит в одной фиксации")
    }
  }

  private func containerSentence(_ fault: ContainerFault, at offset: Int) -> String {
    let place = pick("byte \(number(offset))", "байт \(number(offset))")
    switch fault {
    case .notAMember: return pick("\(place): foreign bytes", "\(place): посторонние байты")
    case .truncated: return pick("\(place): a part is cut off", "\(place): часть обрывается")
    case .corrupt: return pick("\(place): a part is damaged", "\(place): часть повреждена")
    case .mislabelled:
      return pick(
        "\(place): a part does not hold what it says",
        "\(place): в части не то, что указано в заголовке")
    case .tooLarge: return pick("\(place): a part is too large", "\(place): часть слишком велика")
    }
  }

  func jsonSentence(_ kind: JSONError.Kind, at offset: Int) -> String {
    let what = jsonSentence(kind)
    return pick("\(what), at byte \(offset)", "\(what), байт \(offset)")
  }

  private func jsonSentence(_ kind: JSONError.Kind) -> String {
    switch kind {
    case .truncated: pick("the JSON ends too early", "JSON обрывается")
    case .unexpectedByte: pick("this is not JSON", "это не JSON")
    case .controlCharacter:
      pick("a control character in a text", "управляющий символ в тексте")
    case .invalidUTF8: pick("the text is not UTF-8", "текст не в UTF-8")
    case .badEscape: pick("an unknown escape in a text", "неизвестная последовательность в тексте")
    case .loneSurrogate: pick("half a character in a text", "половина символа в тексте")
    case .badNumber: pick("this is not a number", "это не число")
    case .fraction:
      pick("fractions are not allowed, only integers", "дроби не допускаются, только целые числа")
    case .outOfRange: pick("the number is too large", "слишком большое число")
    case .duplicateKey: pick("a key stands twice", "ключ указан дважды")
    case .keyOrder: pick("the keys are out of order", "ключи не по порядку")
    case .tooDeep: pick("too many levels", "слишком много уровней")
    case .stringTooLong: pick("a text is too long", "слишком длинный текст")
    case .textTooLong: pick("the JSON is too long", "слишком длинный JSON")
    case .trailingBytes: pick("something stands after the JSON", "после JSON что-то ещё")
    }
  }

  private func complaint(_ error: DeviceError) -> Complaint {
    switch error {
    case .damagedKey(let path):
      Complaint(
        .failed,
        pick(
          "\(path): the key of this device is damaged; the base can be read but not changed",
          "\(path): ключ этого устройства повреждён; базу можно читать, но не менять"),
        hint: pick(
          "put the key file back from a backup", "верните файл ключа из резервной копии"))
    case .noKey:
      Complaint(
        .damaged,
        pick(
          "this copy can be read but not changed here: this machine is not a device of the base",
          "эту копию здесь можно читать, но не менять: эта машина не входит в базу"),
        hint: invitationHint
          + pick(
            "; if this machine has a key, set KARTO_HOME to its folder",
            "; если ключ у этой машины есть, укажите его папку в KARTO_HOME"))
    }
  }

  private var invitationHint: String {
    pick(
      "ask for an invitation: karto invite --for NAME on a member's machine, then "
        + "karto join FILE CODE here",
      "попросите приглашение: karto invite --for ИМЯ на машине участника, потом "
        + "karto join ФАЙЛ КОД здесь")
  }

  private func refusal(_ reason: HeldReason) -> Complaint {
    switch reason {
    case .stranger:
      Complaint(
        .damaged,
        pick(
          "this device is not among those of the base, so what it writes would not count",
          "этого устройства нет среди устройств базы, и его изменения не будут приняты"),
        hint: invitationHint
          + pick(
            "; if you have joined already, use the copy in which you did",
            "; если уже вошли, возьмите ту копию, в которой вошли"))
    case .sealed:
      Complaint(
        .damaged,
        pick(
          "this device was shut out of the base: what it writes would be held back everywhere",
          "это устройство отключено от базы: его изменения будут задержаны везде"),
        hint: shutOutHint)
    case .notEntitled:
      Complaint(
        .damaged,
        pick(
          "your role in the base does not allow this",
          "ваша роль в базе этого не позволяет"),
        hint: pick(
          "see karto members for who may; an owner or admin can give you another role",
          "кто может, покажет karto members; роль меняет владелец или администратор"))
    }
  }

  private func complaint(_ error: WorkspaceError) -> Complaint {
    switch error {
    case .interrupted: Complaint(.failed, interrupted)
    case .damaged(let path):
      Complaint(
        .damaged,
        pick(
          "\(path): the document is damaged and is not written to before it is repaired",
          "\(path): документ повреждён, до починки в него нельзя писать"),
        hint: repairHint)
    case .refused(let reason): refusal(reason)
    case .otherWorkspace(let path):
      Complaint(
        .damaged,
        pick("\(path): this is a copy of another base", "\(path): это копия другой базы"),
        hint: pick(
          "only copies of the same base help to repair it",
          "для починки нужны копии той же самой базы"))
    }
  }
}
