#include "proxy/render/error_pages.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 8> pages{{
    {400, "400 Bad Request"},
    {403, "403 Forbidden"},
    {408, "408 Request Time-out"},
    {413, "413 Request Entity Too Large"},
    {500, "500 Internal Server Error"},
    {502, "502 Bad Gateway"},
    {503, "503 Service Temporarily Unavailable"},
    {504, "504 Gateway Time-out"},
}};

}  // namespace

std::vector<int> error_page_statuses() {
  std::vector<int> out;
  for (const auto& [status, title] : pages) out.push_back(status);
  return out;
}

std::string render_error_page(int status) {
  std::string_view title = "500 Internal Server Error";
  for (const auto& [page_status, page_title] : pages) {
    if (page_status == status) title = page_title;
  }
  auto body = cat("<html>\r\n<head><title>", title, "</title></head>\r\n<body>\r\n<center><h1>", title,
                  "</h1></center>\r\n</body>\r\n</html>\r\n");
  return cat("HTTP/1.1 ", title, "\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\nContent-Length: ", body.size(),
             "\r\n\r\n", body);
}

}  // namespace roadstead
