$version: "2"
namespace patches

apply harbour#HarbourService @refusals(invalid: "ValidationError", malformed: "MalformedInput", wording: "plain")
apply harbour#DockShipRequest$berth @label("berth number")
apply elsewhere#Nothing @sensitive
apply harbour#Ship$name @mayBeMissing
