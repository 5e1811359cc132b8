$version: "2"

// A small service that uses one of everything that the compiler knows.
namespace harbour

@awsQuery
@xmlNamespace(uri: "https://harbour.example/doc/2026-01-01/")
@sigv4(name: "harbour")
@endpointPrefix("harbour")
service HarbourService {
    version: "2026-01-01"
    operations: [
        ListShips
        DockShip
        RingBell
    ]
}

operation DockShip {
    input: DockShipRequest
    output: DockShipResponse
    errors: [
        BerthTakenException
        StormException
    ]
}

@paginated(inputToken: "nextToken", outputToken: "nextToken", items: "ships", pageSize: "maxResults")
@readonly
operation ListShips {
    input: ListShipsRequest
    output: ListShipsResponse
}

operation RingBell {
}

@error("client")
@awsQueryError(code: "BerthTaken", httpResponseCode: 409)
structure BerthTakenException {
    message: String
}

@error("server")
structure StormException {
    message: String
}

structure DockShipRequest {
    @required ship: Ship
    @required berth: Berth
    @idempotencyToken clientToken: String
    dryRun: Boolean
    labels: Labels
    @xmlName("Hatch") @xmlFlattened hatches: Hatches
}

structure DockShipResponse {
    @required ship: Ship
    dockedAt: Timestamp
}

structure ListShipsRequest {
    maxResults: PageSize
    nextToken: String
}

structure ListShipsResponse {
    ships: Ships
    nextToken: String
}

structure Ship {
    @required name: ShipName
    kind: ShipKind
    enableGPSTracking: Boolean
    class: String
    cargo: Cargo
    secret: Password
}

union Cargo {
    grain: Tonnes
    people: Integer
}

enum ShipKind {
    CONTAINER_SHIP
    TugBoat
    fishing_boat = "fishing-boat"
    _2_master = "2-master"
    class
}

list Ships {
    @xmlName("item") member: Ship
}

list Hatches {
    member: String
}

@length(min: 0, max: 50)
map Labels {
    key: String
    value: String
}

@range(min: 1, max: 100)
integer PageSize

@length(min: 1, max: 64)
@pattern("[a-z\\-]+")
string ShipName

@sensitive
string Password

double Tonnes

/// Hides Smithy's own name.
long Timestamp

string Berth
