// The fuzz targets, one function each. libFuzzer calls the entry point at the end with bytes of its
// own making; the environment variable KARTO_FUZZ_TARGET names the function that gets them.
//
// A target must never stop the program on its own account: bad input is a typed error. What it
// holds beyond that is a `precondition`, which the fuzzer reports like any crash.

import Bytes
import Glibc

struct Target: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void
}

let targets = [
  Target(name: "json-scanner", run: fuzzJSONScanner),
  Target(name: "json-parser", run: fuzzJSONParser),
  Target(name: "gzip-member", run: fuzzGzipMember),
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

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
