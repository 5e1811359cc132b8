$version: "2"
namespace roadstead.store

enum Tide {
    EBB
    FLOOD
}

structure Anchor {
    @id(1) @required kind: String
    @id(2) weight: Integer = 5
}

list Anchors { member: Anchor }
list Strings { member: String }

@table("ships", key: ["port", "number"])
@index("by_owner", ["owner"])
@index("by_flag_and_name", ["flags", "name"])
@index("afloat_by_tide", ["tide"], { afloat: false })
@index("ebbless_by_name", ["name"], { tide: "EBB", afloat: true })
structure ShipRow {
    @id(1) @required port: String
    @id(2) number: Long = 0
    @id(3) owner: String
    @id(4) @required name: String
    @id(5) flags: Strings
    @id(6) anchors: Anchors
    @id(7) @required tide: Tide
    @id(8) afloat: Boolean = true
    @id(9) asBuilt: harbour#Ship
    @id(12) kind: harbour#ShipKind
    @id(10) @sensitive captain: String
    @id(11) arrivedAt: Timestamp
}

@table("bells", key: ["rungAt"])
structure BellRow {
    @id(1) @required rungAt: Timestamp
}
