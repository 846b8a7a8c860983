import Bytes
import Documents
import Platform
import Replication
import Support
import Testing

@Suite struct WorkspaceTests {
  let folder = try! TemporaryFolder()
}
