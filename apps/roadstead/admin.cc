#include "admin.h"

#include <boost/json.hpp>
#include <map>

#include "base/data/encode.h"
#include "base/text/text.h"
#include "inside/exec_orders.h"
#include "status_tree.h"

namespace roadstead {

namespace {

namespace json = boost::json;

HttpResponse json_response(int status, const json::value& body) {
  HttpResponse out;
  out.status = status;
  out.headers = {{"Content-Type", "application/json"}};
  out.body = json::serialize(body);
  return out;
}

HttpResponse refusal(const Error& error) {
  int status = error.code == "NotFound" ? 404 : 400;
  return json_response(status, {{"code", error.code}, {"message", error.message}});
}

/// The parameters of "path?name=value&…", decoded.
std::map<std::string, std::string> parameters_of(std::string_view target) {
  std::map<std::string, std::string> out;
  auto question = target.find('?');
  if (question == std::string_view::npos) return out;
  for (auto piece : split(target.substr(question + 1), '&')) {
    auto equals = piece.find('=');
    auto name = percent_decode(piece.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("") : percent_decode(piece.substr(equals + 1), true);
    if (name && value) out[*name] = *value;
  }
  return out;
}

json::object image_json(const StoredImage& image) {
  return {{"name", image.reference}, {"digest", image.digest}, {"size", image.size}};
}

}  // namespace

bool Admin::is_for(const HttpRequest& request) {
  return request.remote == "unix" && request.target.starts_with("/admin/");
}

bool Admin::needs_node(const HttpRequest& request) {
  return is_for(request) && request.target.starts_with("/admin/images");
}

void Admin::serve(HttpRequest request, HttpResponder respond) {
  auto route = cat(request.method, ' ', request.target.substr(0, request.target.find('?')));
  auto parameters = parameters_of(request.target);
  if (route == "GET /admin/identity") {
    const auto& who = deps_.identity;
    respond(json_response(200, {{"name", who.name},
                                {"endpoint", who.endpoint},
                                {"region", who.region},
                                {"account_id", who.account_id},
                                {"access_key_id", who.access_key_id},
                                {"secret_access_key", who.secret_access_key},
                                {"ca_file", who.ca_file}}));
  } else if (route == "GET /admin/status") {
    show(status_tree, respond);
  } else if (route == "GET /admin/network") {
    show(network_tree, respond);
  } else if (route == "GET /admin/images") {
    list_images(respond);
  } else if (route == "POST /admin/images") {
    load_image(parameters["path"], parameters["name"], parameters["platform"], respond);
  } else if (route == "DELETE /admin/images") {
    remove_image(parameters["name"], respond);
  } else if (route == "POST /admin/exec") {
    const auto& who = deps_.identity;
    Caller owner{.account_id = who.account_id, .region = who.region, .principal_arn = cat("arn:aws:iam::", who.account_id, ":root")};
    answer_exec_request(deps_.transactor, owner, std::move(parameters), respond);
  } else if (route == "POST /admin/stop") {
    respond(json_response(200, json::object{{"stopping", true}}));
    deps_.stop();
  } else {
    respond(refusal({"NotFound", cat("There is no ", route, " here.")}));
  }
}

void Admin::show(json::value (*render)(const Reader&), const HttpResponder& respond) {
  auto tree = std::make_shared<json::value>();
  deps_.transactor.submit(
      [tree, render](Tx& tx) {
        *tree = render(tx);
        return Status(Done{});
      },
      [tree, respond](const Status& status) { respond(status ? json_response(200, *tree) : refusal(status.error())); }
  );
}

void Admin::list_images(const HttpResponder& respond) {
  auto job = [this, respond] {
    auto images = deps_.images.list();
    if (!images) return respond(refusal(images.error()));
    json::array out;
    for (const auto& image : *images) out.push_back(image_json(image));
    respond(json_response(200, out));
  };
  if (!deps_.workers.try_submit(job)) respond(refusal({"Busy", "The server is busy. Try again."}));
}

void Admin::load_image(const std::string& path, const std::string& name, const std::string& platform, const HttpResponder& respond) {
  if (path.empty() || name.empty()) return respond(refusal({"Usage", "Loading an image needs a path and a name."}));
  auto asked = platform.empty() ? Result<Platform>(host_platform()) : parse_platform(platform);
  if (!asked) return respond(refusal(asked.error()));
  auto job = [this, path, name, chosen = *asked, respond] {
    auto image = deps_.images.load(path, name, chosen);
    if (!image) return respond(refusal(image.error()));
    respond(json_response(200, {{"name", name}, {"digest", image->digest}}));
  };
  if (!deps_.workers.try_submit(job)) respond(refusal({"Busy", "The server is busy. Try again."}));
}

void Admin::remove_image(const std::string& name, const HttpResponder& respond) {
  auto job = [this, name, respond] {
    auto status = deps_.images.remove(name);
    respond(status ? json_response(200, json::object{{"removed", name}}) : refusal(status.error()));
  };
  if (!deps_.workers.try_submit(job)) respond(refusal({"Busy", "The server is busy. Try again."}));
}

}  // namespace roadstead
