// The fuzz targets, one function each. libFuzzer calls the entry point at the end with bytes of its
// own making; the environment variable KARTO_FUZZ_TARGET names the function that gets them.
//
// A target must never stop the program on its own account: bad input is a typed error. What it
// holds beyond that is a `precondition`, which the fuzzer reports like any crash.

import Bytes
import Documents
import Exchange
import Glibc
import Replication

struct Target: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void
}

let targets = [
  Target(name: "json-scanner", run: fuzzJSONScanner),
  Target(name: "json-parser", run: fuzzJSONParser),
  Target(name: "gzip-member", run: fuzzGzipMember),
  Target(name: "document", run: fuzzDocument),
  Target(name: "commit-lines", run: fuzzCommitLines),
  Target(name: "csv", run: fuzzCSV),
]

/// Canonical lines: what the scanner accepts has no other spelling.
func fuzzJSONScanner(_ input: [UInt8]) {
  let bytes = input.span
  var lines = Lines()
  while let line = lines.next(in: bytes) {
    let text = Array(bytesOf: bytes.extracting(line))
    if let value = try? JSONParser.parse(text.span) {
      precondition(JSONScanner.isCanonical(text.span) == (value.canonicalBytes == text))
    } else {
      precondition(!JSONScanner.isCanonical(text.span))
    }
  }
  // Strings may begin anywhere, so the whole input is read without its lines too.
  var scanner = JSONScanner()
  while !scanner.atEnd(in: bytes) {
    if let range = try? scanner.string(in: bytes) {
      guard let unescaped = try? JSONScanner.unescape(range, in: bytes),
        let string = try? JSONScanner.string(at: range, in: bytes)
      else { preconditionFailure("a scanned string has a text") }
      precondition(Array(string.utf8) == unescaped)
      var writer = JSONWriter()
      writer.string(string)
      precondition(writer.bytes.dropFirst().dropLast().elementsEqual(input[range]))
    } else if (try? scanner.integer(in: bytes)) == nil {
      scanner.position += 1
    }
  }
}

/// Ordinary JSON: what is accepted can be written and reads back equal.
func fuzzJSONParser(_ input: [UInt8]) {
  guard let value = try? JSONParser.parse(input.span) else { return }
  let canonical = value.canonicalBytes
  precondition(JSONScanner.isCanonical(canonical.span))
  guard let again = try? JSONParser.parse(canonical.span) else {
    preconditionFailure("the canonical form can be read")
  }
  precondition(again == value)
}

/// Members as they come, and with a good header before the input, which gets past the door.
func fuzzGzipMember(_ input: [UInt8]) {
  let limit = 1 << 16
  var inflater = Inflater()
  let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  for bytes in [input, header + input] {
    var position = 0
    var output: [UInt8] = []
    while let length = try? inflater.inflate(
      bytes.span, at: position, limit: limit, expecting: input.count, into: &output)
    {
      precondition(length > 0 && length <= bytes.count - position)
      precondition(output.count <= limit)
      if let parsed = try? Gzip.MemberHeader.parse(bytes.span, at: position) {
        for subfield in parsed.subfields(in: bytes.span) {
          precondition(subfield.data.upperBound <= position + parsed.length)
        }
      }
      position += length
      output.removeAll(keepingCapacity: true)
    }
    precondition(output.isEmpty)
  }
}

/// The target of this process, chosen at the first call.
let chosen: Target = {
  let name = getenv("KARTO_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = targets.first(where: { $0.name == name }) else {
    let names = targets.map(\.name).joined(separator: ", ")
    preconditionFailure("KARTO_FUZZ_TARGET must be one of: \(names)")
  }
  return target
}()

/// A whole file: members are found, hopped over and inflated within their limits.
func fuzzDocument(_ input: [UInt8]) {
  let map = MemberMap(input.span)
  precondition(map.end <= input.count)
  var inflater = Inflater()
  var raw: [UInt8] = []
  for member in map.members {
    precondition(member.byteEnd <= map.end)
    guard (try? member.inflate(input.span, with: &inflater, into: &raw)) != nil else { continue }
    precondition(raw.count <= Limits.memberRawBytes)
    fuzzCommitLines(raw)
  }
}

/// The lines of a member, past the door of gzip: headers, commits, record lines.
func fuzzCommitLines(_ input: [UInt8]) {
  let raw = input.span
  if let end = Lines.end(ofLineAt: 0, in: raw) { _ = try? Header(line: raw.extracting(0..<end)) }
  var cursor = CommitCursor()
  var reader = EditReader()
  while let frame = try? cursor.next(in: raw) {
    guard let trailer = try? Trailer(line: raw.extracting(frame.trailer)) else { continue }
    _ = try? Chain.hash(body: raw.extracting(frame.body), salt: trailer.salt)
    var lines = Lines()
    let body = raw.extracting(frame.body)
    while let line = lines.next(in: body) {
      guard let edit = try? reader.edit(of: body.extracting(line)) else { continue }
      var writer = JSONWriter()
      edit.append(to: &writer)
      let again = writer.bytes
      let whole = again.span.extracting(0..<(again.count - 1))
      precondition((try? reader.edit(of: whole)) == edit)
    }
  }
}

/// A table as people bring it: encoding and dialect are guessed, every row is read or refused.
func fuzzCSV(_ input: [UInt8]) {
  let encoding = TextEncoding.detect(input.span)
  let text = encoding.decode(input.span)
  var reader = CSVReader(dialect: CSVDialect.detect(text.span))
  var row = CSVRow()
  for _ in 0...text.count {
    do throws(CSVError) {
      guard try reader.next(in: text.span, into: &row) else { return }
      _ = row.texts(in: text.span)
    } catch {
      continue
    }
  }
}

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
