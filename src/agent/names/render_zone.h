// Names as a response policy zone: a file in which unbound looks before it asks anybody else (docs/formats/names.md).
//
//   web.corp    10 IN A 10.80.0.5        what is told
//   *.corp      15 IN CNAME .            nothing else is in a private namespace
//
// Answers are up to eight healthy instances of a name, or up to eight of all when none is healthy (multivalue answers of
// Route 53), and one where routing is weighted. Of more than that, `turn` chooses. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "agent/names/names_view.h"

namespace roadstead {

/// The zone's own name: short, since it comes behind every name, which may have 253 characters with it.
inline constexpr const char* policy_zone = "rpz.";

/// How many records a name has at most.
constexpr std::size_t most_records = 8;

std::string render_zone(const NamesView& view, std::uint64_t turn);

/// Whether another turn gives other answers.
bool takes_turns(const NamesView& view);

}  // namespace roadstead
