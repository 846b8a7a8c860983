import Support
import Testing

/// Real processes on hosts of their own, in network namespaces: a bridge, lines that are slow, lossy
/// or down, and multicast.
///
/// Where the system does not let a test make them, that is printed.
@Suite struct NamespaceTests {
  /// Makes a network that nobody else sees and that vanishes with the shell.
  private static let functions = """
    on() { local host=$1; shift; ip netns exec "$host" "$@"; }
    lan() {
      mount -t tmpfs none /run && mkdir -p /run/netns && mount -t sysfs none /sys \\
        && ip link add br0 type bridge forward_delay 0 mcast_snooping 0 && ip link set br0 up
    }
    host() {
      # Else an address of IPv6 can be used only after a second.
      ip netns add "$1" && on "$1" sh -c 'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad' \\
        && ip link add "v$1" type veth peer name eth0 netns "$1" \\
        && ip link set "v$1" master br0 up && on "$1" ip addr add "10.77.0.$2/24" dev eth0 \\
        && on "$1" ip link set eth0 up && on "$1" ip link set lo up
    }
    enter() {
      local host=$1 folder=folder_$1; shift; folder=${!folder}
      exec ip netns exec "$host" env KARTO_HOME="$folder/home" "$KARTO" -f "$folder/base.karto" "$@"
    }
    karto() { ( enter "$@" ); }
    start() {  # NAME HOST WORDS…: its lines are read with: line NAME
      local name=$1; shift
      mkfifo "$name"
      enter "$@" > "$name" 2> "$name.err" &
      printf -v "pid_$name" %s "$!"
      exec {fd}< "$name"
      printf -v "fd_$name" %s "$fd"
    }
    line() { local fd="fd_$1"; IFS= read -r -t 60 -u "${!fd}" REPLY; }
    stop() { local pid="pid_$1"; kill "${!pid}"; wait "${!pid}"; }
    line_until() { while line "$1"; do [[ $REPLY == *"$2"* ]] && return 0; done; return 1; }

    """

  /// Runs a script on such a network; nothing if there can be none.
  private static func run(_ office: Office, _ script: String) throws -> ChildProcess.Ending? {
    var text = functions
    for (host, karto) in zip("abcdefgh", [office.anna] + office.others) {
      text += "folder_\(host)='\(karto.workFolder)'\n"
    }
    text += "{ lan && host a 1; } 2> network.err || { echo 'no network'; exit 0; }\n" + script
    try Contents.write(text, to: "\(office.anna.workFolder)/script")
    let rights = try office.anna.shell("id -u").text.trimmed == "0" ? ["-m", "-n"] : ["-rmn"]
    let ending = try office.anna.spawn(["unshare"] + rights + ["bash", "script"]).wait()
    guard ending.status == 0, !ending.text.contains("no network") else {
      // A script that fails for another reason is no skip.
      guard ending.text.contains("no network") || ending.talk.contains("unshare") else {
        throw SupportError("\(ending)")
      }
      print("skipped: this user may not make network namespaces here")
      return nil
    }
    if ending.text.contains("no netem") {
      print("skipped: no delay and loss, since this kernel has no netem; a narrow line instead")
    }
    return ending
  }

  @Test func `two hosts find each other, and a line that goes down in mid-transfer loses nothing`()
    throws
  {
    let office = try Office()
    try Office.fill(office.anna, 1500, padding: 500)
    let ending = try Self.run(
      office,
      """
      host b 2
      start server a serve --json
      line server; echo "$REPLY"
      karto b add client name=Первый > /dev/null
      tc qdisc add dev vb root netem delay 15ms loss 1% 2> /dev/null \\
        || { echo 'no netem'; tc qdisc add dev vb root tbf rate 6mbit burst 4kb limit 12kb; }
      sent() { cat /sys/class/net/vb/statistics/tx_bytes; }
      before=$(sent)
      karto b sync --lan --json > sync.out 2> sync.err & syncing=$!
      until (( $(sent) > before + 150000 )) || ! kill -0 $syncing; do :; done
      ip link set vb down
      karto a add client name=Тем_временем > /dev/null
      kill -0 $syncing && echo 'in the middle'
      ip link set vb up
      wait $syncing; echo "sync $?"
      jq -c '[.received > 0, .sent, .address]' sync.out
      tc qdisc del dev vb root
      karto b sync 10.77.0.1 --json | jq -c .digests_equal
      stop server; echo "server $?"
      """)
    guard let ending else { return }
    let lines = ending.lines.filter { $0 != "no netem" }
    #expect(lines.count == 6, "\(ending)")
    #expect(lines.first == #"{"listening":"0.0.0.0:15278","also":["[::]:15278"]}"#, "\(ending)")
    #expect(lines.dropFirst().prefix(2) == ["in the middle", "sync 0"], "\(ending)")
    #expect(lines.dropFirst(3).first?.hasPrefix("[true,1,") == true, "\(ending)")
    #expect(lines.suffix(2) == ["true", "server 0"], "\(ending)")
    #expect(try office.anna.digest() == office.boris.digest())
    #expect(try office.boris.clientNames().contains("Тем_временем"))
  }

  @Test func `on five hosts that found each other an edit on one is on all`() throws {
    let office = try Office(4)
    let ending = try Self.run(
      office,
      """
      for host in 'b 2' 'c 3' 'd 4' 'e 5'; do host $host; done
      start server a serve --json
      line server
      for host in b c d e; do start watch$host $host sync --watch --lan --json; done
      for host in b c d e; do line_until watch$host '"digests_equal":true'; done
      karto c add client name=Со_всеми > /dev/null
      line_until watchc '"sent":1'
      for host in b d e; do line_until watch$host '"received":1' && echo "$host has it"; done
      ip link set ve down
      karto b add client name=Без_пятой > /dev/null
      for host in c d; do line_until watch$host '"received":1' && echo "$host has it"; done
      ip link set ve up
      line_until watche '"received":1' && echo 'e caught up'
      for host in b c d e; do stop watch$host; echo "$host $?"; done
      stop server; echo "server $?"
      """)
    guard let ending else { return }
    #expect(
      ending.lines == [
        "b has it", "d has it", "e has it", "c has it", "d has it", "e caught up", "b 0", "c 0",
        "d 0", "e 0", "server 0",
      ], "\(ending)")
    let digests = try Set(([office.anna] + office.others).map { try $0.digest() })
    #expect(digests.count == 1)
  }

  @Test func `with several interfaces, and over IPv6 alone, hosts find each other`() throws {
    let office = try Office()
    let ending = try Self.run(
      office,
      """
      host b 2
      ip link add br1 type bridge forward_delay 0 && ip link set br1 up
      ip link add other type veth peer name eth1 netns b && ip link set other master br1 up
      on b ip addr add 10.78.0.2/24 dev eth1 && on b ip link set eth1 up
      start server a serve --json
      line server
      karto b sync --lan --json | jq -c '[.digests_equal, .address]'
      for host in a b; do on $host ip -4 addr flush dev eth0; done
      rm -r "$folder_b"/home/workspaces/*/peers
      karto b sync --lan --json | jq -c '[.digests_equal, (.address | startswith("[fe80::"))]'
      stop server; echo "server $?"
      """)
    guard let ending else { return }
    #expect(
      ending.lines == [#"[true,"10.77.0.1:15278"]"#, "[true,true]", "server 0"], "\(ending)")
  }

  @Test func `where multicast is kept back, those who were met are found, and else it is said`()
    throws
  {
    let office = try Office()
    let ending = try Self.run(
      office,
      """
      host b 2
      start server a serve --json
      line server
      on b ip link set eth0 multicast off
      karto b sync --lan > /dev/null 2> none.err; echo "unknown $?"
      grep -c 'karto sync HOST' none.err
      karto b sync 10.77.0.1 > /dev/null; echo "named $?"
      karto b sync --lan --json | jq -c '[.digests_equal, .address]'
      on a ip link set eth0 down
      on b ip link set eth0 multicast on
      karto b sync --lan > /dev/null 2>&1; echo "gone $?"
      stop server; echo "server $?"
      """)
    guard let ending else { return }
    #expect(
      ending.lines == [
        "unknown 3", "1", "named 0", #"[true,"10.77.0.1:15278"]"#, "gone 3", "server 0",
      ], "\(ending)")
  }
}
