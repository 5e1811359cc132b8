#include "net/request_parser.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>

#include "base/text/text.h"

namespace roadstead {

namespace http = boost::beast::http;

RequestParser::RequestParser(std::size_t most_header_bytes, std::size_t most_body_bytes, const BodyBoundOf& bound_of)
    : bound_of_(bound_of), bound_{.bytes = most_body_bytes} {
  header_limit(static_cast<std::uint32_t>(most_header_bytes));
  body_limit(most_body_bytes);
  eager(true);
}

/// The head comes line by line: each that matters may raise the bound, and the parser compares when the head is whole.
void RequestParser::ask_for_bound(std::string_view authorization) {
  if (!bound_of_) return;
  auto bound = bound_of_(request_.target, authorization);
  if (bound.bytes <= bound_.bytes) return;
  bound_ = std::move(bound);
  body_limit(bound_.bytes);
}

HttpRequest RequestParser::take() {
  request_.headers.reserve(fields_.size());
  for (const auto& field : fields_) {
    const char* at = request_.head.data() + field.at;
    request_.headers.emplace_back(
        std::string_view(at, field.name_size), std::string_view(at + field.name_size, field.value_size)
    );
  }
  return std::move(request_);
}

void RequestParser::on_request_impl(http::verb, text method, text target, int, error_code& problem) {
  request_.method.assign(method.data(), method.size());
  request_.target.assign(target.data(), target.size());
  ask_for_bound({});
  problem = {};
}

void RequestParser::on_field_impl(http::field field, text name, text value, error_code& problem) {
  if (fields_.size() >= most_fields) {
    problem = http::error::header_limit;
    return;
  }
  fields_.push_back({request_.head.size(), name.size(), value.size()});
  request_.head.insert(request_.head.end(), name.begin(), name.end());
  request_.head.insert(request_.head.end(), value.begin(), value.end());
  if (field == http::field::expect)
    expects_continue_ = equal_ignoring_case({value.data(), value.size()}, "100-continue");
  if (field == http::field::authorization) ask_for_bound({value.data(), value.size()});
  problem = {};
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& problem) {
  // A length is only a claim: what is reserved at once stays small.
  if (length) request_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 64 * 1024)));
  problem = {};
}

std::size_t RequestParser::on_body_impl(text bytes, error_code& problem) {
  request_.body.append(bytes.data(), bytes.size());
  problem = {};
  return bytes.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, text bytes, error_code& problem) {
  return on_body_impl(bytes, problem);
}

}  // namespace roadstead
