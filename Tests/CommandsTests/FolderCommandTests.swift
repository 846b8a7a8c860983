import Bytes
import Platform
import Support
import Testing

/// `karto sync FOLDER`, as it is typed.
@Suite struct FolderCommandTests {
  @Test func `the base's own folder in a shared one is taken for the shared one`() throws {
    let two = try Two()
    let share = two.desk.path("share")
    try Contents.makeFolder(share)
    two.maria("add", "client", "name=Роза")
    #expect(two.maria("sync", share).status == 0)
    let root = try #require(try Files.list(share).first)
    let before = try Files.list("\(share)/\(root)").count
    let synced = two.pyotr("sync", "\(share)/\(root)/", "--json")
    #expect(try synced.json.first?["received"]?.number ?? 0 > 0, "\(synced)")
    two.maria("sync", share)
    #expect(two.maria("digest").output == two.pyotr("digest").output)
    #expect(try Files.list("\(share)/\(root)").count == before + 1, "beside Мария's, not below")
    #expect(try Files.list(share) == [root])
  }

  @Test func `a base inside the folder that it is synced with is told of`() throws {
    let two = try Two()
    let folder = two.desk.path("pyotr")
    #expect(two.pyotr("sync", folder, "--lang", "ru").error.contains("лежит в папке"))
    #expect(!two.maria("sync", folder, "--lang", "ru").error.contains("лежит в папке"))
  }
}
