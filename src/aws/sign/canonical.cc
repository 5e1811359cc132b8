#include "aws/sign/canonical.h"

#include <algorithm>

#include "aws/sign/hmac_key.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Undoes the escapes that are whole; a stray '%' stays, so that nothing is lost and the result is always defined.
std::string decode_leniently(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0;
    if (escape) {
      out.push_back(static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i] == '+' && plus_is_space ? ' ' : text[i]);
    }
  }
  return out;
}

/// Removes "." and ".." segments and empty ones; a slash at the end stays.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool slash_at_end = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  for (auto piece : split(path, '/')) {
    if (piece.empty() || piece == ".") continue;
    if (piece == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(piece);
    }
  }
  std::string out;
  for (auto piece : kept) {
    out.push_back('/');
    out.append(piece);
  }
  if (out.empty() || slash_at_end) out.push_back('/');
  return out;
}

void append_squeezed(std::string& out, std::string_view value) {
  bool blank = false;
  for (char c : trim(value)) {
    bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) out.push_back(c);
    if (is_blank && !blank) out.push_back(' ');
    blank = is_blank;
  }
}

}  // namespace

std::string_view header_of(std::span<const HeaderView> headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value.data() == nullptr ? std::string_view("") : value;
  }
  return {};
}

std::string canonical_path(std::string_view path, PathRule rule) {
  if (path.empty() || path == "/") return "/";
  if (rule == PathRule::encode_once) return percent_encode(decode_leniently(path, false), true);
  return percent_encode(without_dot_segments(path), true);
}

std::string canonical_query(std::string_view query, bool presigned) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> members;
  for (auto piece : split(query, '&')) {
    if (piece.empty()) continue;
    auto equals = piece.find('=');
    auto name = percent_encode(decode_leniently(piece.substr(0, equals), true));
    if (presigned && name == "X-Amz-Signature") continue;
    auto value = equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
    members.emplace_back(std::move(name), percent_encode(decode_leniently(value, true)));
  }
  std::sort(members.begin(), members.end());
  std::string out;
  for (const auto& [name, value] : members) {
    if (!out.empty()) out.push_back('&');
    out.append(name).push_back('=');
    out.append(value);
  }
  return out;
}

void append_canonical_header(std::string& out, std::span<const HeaderView> headers, std::string_view name) {
  out.append(name).push_back(':');
  bool first = true;
  for (const auto& [key, value] : headers) {
    if (!equal_ignoring_case(key, name)) continue;
    if (!first) out.push_back(',');
    first = false;
    append_squeezed(out, value);
  }
  out.push_back('\n');
}

std::string canonical_request(
    const RequestView& request,
    PathRule rule,
    bool presigned,
    std::string_view signed_headers,
    std::string_view payload_hash
) {
  auto question = request.target.find('?');
  auto query = question == std::string_view::npos ? std::string_view() : request.target.substr(question + 1);
  std::string out;
  out.reserve(1024);
  out.append(request.method).push_back('\n');
  out.append(canonical_path(request.target.substr(0, question), rule)).push_back('\n');
  out.append(canonical_query(query, presigned)).push_back('\n');
  for (auto rest = signed_headers; !rest.empty();) {
    auto semicolon = rest.find(';');
    append_canonical_header(out, request.headers, rest.substr(0, semicolon));
    rest = semicolon == std::string_view::npos ? std::string_view() : rest.substr(semicolon + 1);
  }
  out.push_back('\n');
  out.append(signed_headers).push_back('\n');
  out.append(payload_hash);
  return out;
}

std::string string_to_sign(std::string_view date, std::string_view scope, std::string_view canonical_request) {
  auto out = cat("AWS4-HMAC-SHA256\n", date, '\n', scope, '\n');
  append_hex(out, fast_sha256(canonical_request));
  return out;
}

}  // namespace roadstead
