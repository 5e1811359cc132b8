// Beast's HTTP/1 parser filling an HttpRequest. Only net/ includes this: it brings in Beast. One connection's thread.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <vector>

#include "net/body_bound.h"
#include "net/http.h"

namespace roadstead {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  /// `bound_of` may be empty; it must outlive the parser.
  RequestParser(std::size_t most_header_bytes, std::size_t most_body_bytes, const BodyBoundOf& bound_of);

  /// What holds for the body of the request whose head has been read.
  const BodyBound& body_bound() const { return bound_; }

  /// Whether the client waits for "100 Continue" before it sends the body.
  bool expects_continue() const { return expects_continue_; }

  /// The request; to be called once, when is_done().
  HttpRequest take();

 private:
  using error_code = boost::beast::error_code;
  using text = boost::beast::string_view;

  static constexpr std::size_t most_fields = 200;

  void on_request_impl(boost::beast::http::verb, text method, text target, int, error_code& problem) override;

  void on_response_impl(int, text, int, error_code& problem) override { problem = {}; }

  void on_field_impl(boost::beast::http::field field, text name, text value, error_code& problem) override;

  void on_header_impl(error_code& problem) override { problem = {}; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& problem) override;
  std::size_t on_body_impl(text bytes, error_code& problem) override;

  void on_chunk_header_impl(std::uint64_t, text, error_code& problem) override { problem = {}; }

  std::size_t on_chunk_body_impl(std::uint64_t, text bytes, error_code& problem) override;

  void on_finish_impl(error_code& problem) override { problem = {}; }

  void ask_for_bound(std::string_view authorization);

  struct Field {
    std::size_t at;
    std::size_t name_size;
    std::size_t value_size;
  };

  const BodyBoundOf& bound_of_;
  BodyBound bound_;
  HttpRequest request_;
  std::vector<Field> fields_;
  bool expects_continue_ = false;
};

}  // namespace roadstead
