// Requests that six real clients sent to AWS's shapes (test/vectors/requests.jsonl, recorded from their test suites):
// every one for ECS, STS and Logs must be readable, and must come back the same when it is written and read again.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <string>

#include "api/ecs_service.gen.h"
#include "api/logs_service.gen.h"
#include "api/sts_service.gen.h"
#include "aws/model/equal.h"
#include "aws/wire/json.h"
#include "aws/wire/json_1_1.h"
#include "aws/wire/query.h"

namespace roadstead {

namespace {

const ServiceModel* model_of(std::string_view service) {
  if (service == "ecs") return &ecs::service();
  if (service == "sts") return &sts::service();
  return service == "logs" ? &logs::service() : nullptr;
}

TEST(Recorded, RequestsAreReadAndKept) {
  std::ifstream file(ROADSTEAD_VECTORS "/requests.jsonl");
  ASSERT_TRUE(file);
  std::map<std::string, int> count;
  for (std::string line; std::getline(file, line);) {
    auto request = boost::json::parse(line).as_object();
    std::string service(request.at("service").as_string());
    const ServiceModel* model = model_of(service);
    if (model == nullptr) continue;
    const Operation* operation = model->find(std::string(request.at("operation").as_string()));
    ASSERT_NE(operation, nullptr) << line;
    std::string body(request.at("body").as_string());
    bool is_query = model->protocol == Protocol::aws_query;
    auto input = is_query ? query::read_request(*model, *operation, body)
                          : json_1_1::read_request(*model, *operation, body);
    ASSERT_TRUE(input) << input.error().message << "\n" << line;
    std::string written;
    append_json(written, *operation->input, input->data());
    AnyShape again = operation->new_input();
    ASSERT_TRUE(parse_json(*operation->input, written, again.data(), &model->refusals));
    EXPECT_TRUE(equal(*operation->input, input->data(), again.data())) << line;
    ++count[service];
  }
  EXPECT_EQ(count["ecs"], 105);
  EXPECT_EQ(count["logs"], 48);
  EXPECT_EQ(count["sts"], 11);
}

}  // namespace

}  // namespace roadstead
