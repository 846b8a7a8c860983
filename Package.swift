// swift-tools-version: 6.2
import PackageDescription

// `ls Sources` reads as the data flow; each module imports only what stands before it.
// Tests/CommandsTests/LayoutTests.swift holds the imports against the table in README.md.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// Spans that a type of our own hands out (`ByteRegion.bytes`, `Record.bytes`) need a lifetime
// annotation, which is experimental; without it every access would be a closure.
let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

// What is called for every byte is optimised in debug builds too: the tests take a quarter less
// time so, and the builds hardly more.
let inner: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func module(
  _ name: String, _ dependencies: [String], settings: [SwiftSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) },
    swiftSettings: strict + settings)
}

func program(_ name: String, _ dependencies: [String]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [String]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: strict)
}

let package = Package(
  name: "kartoteka",
  platforms: [.macOS(.v26)],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    module("Platform", [], settings: lifetimes + inner),
    module("Bytes", ["CZlib"], settings: inner),
    module("Sealing", ["CSodium", "Bytes"], settings: inner),
    module("Documents", ["Platform", "Bytes", "Sealing"], settings: inner),
    module(
      "Replication", ["Platform", "Bytes", "Sealing", "Documents"], settings: lifetimes),
    module("Syncing", ["Platform", "Bytes", "Sealing", "Documents", "Replication"]),
    module("CRM", ["Platform", "Bytes", "Sealing", "Documents", "Replication"]),
    module("Exchange", ["Platform", "Bytes", "Sealing", "Documents", "Replication", "CRM"]),
    module(
      "Wording",
      ["Platform", "Bytes", "Sealing", "Documents", "Replication", "Syncing", "CRM", "Exchange"]),
    module(
      "Commands",
      [
        "Platform", "Bytes", "Sealing", "Documents", "Replication", "Syncing", "CRM", "Exchange",
        "Wording",
      ]),
    program("karto", ["Platform", "Commands"]),
    program(
      "karto-bench",
      ["Platform", "Bytes", "Sealing", "Documents", "Replication", "Syncing", "CRM", "Exchange"]),
    .target(name: "Support", path: "Tests/Support", swiftSettings: strict),
    .target(
      name: "Histories", dependencies: ["Support", "Bytes", "Documents", "Replication"],
      path: "Tests/Histories", swiftSettings: strict),
    tests("PlatformTests", ["Support", "Platform"]),
    tests("BytesTests", ["Support", "Bytes"]),
    tests("SealingTests", ["Support", "Sealing", "Bytes"]),
    tests("DocumentsTests", ["Support", "Platform", "Bytes", "Sealing", "Documents"]),
    tests(
      "ReplicationTests",
      ["Support", "Histories", "Platform", "Bytes", "Sealing", "Documents", "Replication"]),
    tests(
      "SyncingTests",
      [
        "Support", "Histories", "Platform", "Bytes", "Sealing", "Documents", "Replication",
        "Syncing",
      ]),
    tests("CRMTests", ["Support", "Platform", "Bytes", "Documents", "Replication", "CRM"]),
    tests(
      "ExchangeTests",
      ["Support", "Platform", "Bytes", "Documents", "Replication", "CRM", "Exchange"]),
    tests(
      "CommandsTests",
      [
        "Support", "Platform", "Bytes", "Sealing", "Documents", "Replication", "Syncing", "CRM",
        "Exchange", "Commands", "Wording",
      ]),
    tests(
      "EndToEndTests",
      ["Support", "karto", "Platform", "Bytes", "Sealing", "Documents", "Replication", "Syncing"]),
  ],
  swiftLanguageModes: [.v6]
)
