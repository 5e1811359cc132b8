// The simple half of Smithy's regular expressions: a row of characters and classes with counts, `[\w+=,.@-]*`.
//
// AWS's patterns are nearly all of this kind. Matching takes time linear in the text for each piece, so no request can
// make it slow, which std::regex cannot promise. Patterns beyond it (alternatives, inner groups) match everything: then
// the handler decides. Any thread.
#pragma once

#include <string_view>

namespace roadstead {

/// Whether all of `text` matches `pattern`, a literal of a model: it must live for ever, since its compiled form is kept
/// by its address. Characters beyond ASCII match every class that has any of them.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace roadstead
