// AWS Query: POST / with a form, answers in XML. IAM, STS, Elastic Load Balancing and others of their age speak it.
// Here are only the bodies; HTTP is the gateway's. Pure; any thread. Source: reference/neighbour-apis.md §1.
#pragma once

#include <string>
#include <string_view>

#include "aws/model/service_model.h"

namespace roadstead::query {

/// The input of an operation, its bounds checked, from a form body. Errors: model.refusals.
Result<AnyShape> read_request(const ServiceModel& model, const Operation& operation, std::string_view body);

/// <XResponse><XResult>…</XResult><ResponseMetadata>…</ResponseMetadata></XResponse>
std::string write_response(
    const ServiceModel& model, const Operation& operation, const void* out, std::string_view request_id
);

/// <ErrorResponse><Error><Type>Sender</Type>…</Error>…</ErrorResponse>. The code is spelled as the model's error shape
/// says; `model` may be null when the service is unknown.
std::string write_error(
    const ServiceModel* model, const Error& error, bool senders_fault, std::string_view request_id
);

}  // namespace roadstead::query
