// Keys in listings as the client asked for them: XML cannot carry all of them as they are. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "base/data/encode.h"

namespace roadstead::s3 {

class KeyWriter {
 public:
  explicit KeyWriter(bool encodes) : encodes_(encodes) {}

  std::string operator()(const std::string& text) const { return encodes_ ? percent_encode(text, true) : text; }

  std::optional<std::string> operator()(const std::optional<std::string>& text) const {
    if (!text) return std::nullopt;
    return (*this)(*text);
  }

 private:
  bool encodes_;
};

}  // namespace roadstead::s3
