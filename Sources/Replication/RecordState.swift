import Bytes

/// A commit's name with the replica's local number in its place; never leaves the machine.
struct LocalDot: Hashable {
  var replica: UInt32
  var number: UInt32
}

/// A field's or type's name: a number of the `NameTable`, or, for a name that carries an
/// element's key, the name itself.
struct FieldName: Hashable {
  var number: UInt32
  var spelled: ByteString

  init(number: UInt32) {
    self.number = number
    spelled = ByteString([])
  }

  init(spelled: ByteString) {
    number = 0
    self.spelled = spelled
  }
}

/// The state of one record: a causal map of registers, sets and existence (SPEC §8).
///
/// It holds exactly the writes that no admitted commit has seen and replaced. Nothing marks what
/// was removed: a commit that saw it is in the frontier, and that is enough (Almeida, Shoker,
/// Baquero 2018).
struct RecordState: Equatable {
  /// One value of a register, written by the commit `dot`.
  struct Write: Equatable {
    var dot: LocalDot
    var value: [UInt8]
  }

  /// One commit's word on whether the record exists: an edit says yes, a deletion no.
  struct Vote: Equatable {
    var dot: LocalDot
    var isAlive: Bool
  }

  /// One element of a set and the commits that added it.
  struct Element: Equatable {
    var value: [UInt8]
    var dots: [LocalDot]
  }

  struct Register: Equatable {
    var name: FieldName
    var writes: [Write]
  }

  struct ElementSet: Equatable {
    var name: FieldName
    var elements: [Element]
  }

  let key: RecordKey
  var votes: [Vote] = []
  var registers: [Register] = []
  var sets: [ElementSet] = []

  init(key: RecordKey) {
    self.key = key
  }

  /// Whether the record exists: some edit has not been seen by any deletion.
  var isAlive: Bool { votes.contains { $0.isAlive } }

  /// Applies what one commit did to this record.
  ///
  /// Every commit that `context` covers must have been applied before, as far as it is known at
  /// all: then a write stays exactly if no commit that saw it replaced it.
  ///
  /// - Parameters:
  ///   - change: what the commit's line says.
  ///   - dot: the commit.
  ///   - context: what the commit had seen.
  mutating func apply(_ change: RecordChange, dot: LocalDot, context: CausalContext) {
    votes.removeAll { context.covers($0.dot) }
    votes.append(Vote(dot: dot, isAlive: !change.isDeletion))
    for assignment in change.assignments {
      let write = Write(dot: dot, value: assignment.value)
      if let index = registers.firstIndex(where: { $0.name == assignment.name }) {
        registers[index].writes.removeAll { context.covers($0.dot) }
        registers[index].writes.append(write)
      } else {
        registers.append(Register(name: assignment.name, writes: [write]))
      }
    }
    for removal in change.removals {
      guard let index = sets.firstIndex(where: { $0.name == removal.name }) else { continue }
      for value in removal.elements {
        guard let place = sets[index].elements.firstIndex(where: { $0.value == value }) else {
          continue
        }
        sets[index].elements[place].dots.removeAll { context.covers($0) }
        if sets[index].elements[place].dots.isEmpty { sets[index].elements.remove(at: place) }
      }
      if sets[index].elements.isEmpty { sets.remove(at: index) }
    }
    for addition in change.additions {
      let index =
        sets.firstIndex { $0.name == addition.name }
        ?? {
          sets.append(ElementSet(name: addition.name, elements: []))
          return sets.count - 1
        }()
      for value in addition.elements {
        if let place = sets[index].elements.firstIndex(where: { $0.value == value }) {
          sets[index].elements[place].dots.removeAll { context.covers($0) }
          sets[index].elements[place].dots.append(dot)
        } else {
          sets[index].elements.append(Element(value: value, dots: [dot]))
        }
      }
    }
  }
}

/// What one commit does to one record: the meaning of a record line (SPEC §6.2).
struct RecordChange: Equatable {
  struct Assignment: Equatable {
    var name: FieldName
    var value: [UInt8]
  }

  struct Elements: Equatable {
    var name: FieldName
    var elements: [[UInt8]]
  }

  let key: RecordKey
  var assignments: [Assignment] = []
  var additions: [Elements] = []
  var removals: [Elements] = []
  var isDeletion = false
}

/// A record's identity inside a state: its type's number and its id.
struct RecordKey: Hashable {
  var type: UInt32
  var id: ByteString
}
