// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/inference/predictor.h"

#include "algorithms/xgboost/inference/answer.h"
#include "algorithms/xgboost/inference/payload.h"
#include "base/strings.h"

#include <fmt/core.h>

#include <algorithm>

namespace tunesmith::algorithms::xgboost {
namespace {

// HTTP statuses of the container.
constexpr std::uint32_t kOk = 200;
constexpr std::uint32_t kNoContent = 204;
constexpr std::uint32_t kBadRequest = 400;
constexpr std::uint32_t kNotAcceptable = 406;
constexpr std::uint32_t kUnsupportedMediaType = 415;

Frame refusal(std::uint32_t status, std::string text) {
  return {status, "text/html; charset=utf-8", "", std::move(text)};
}

std::string_view display_name(ContentType type) {
  return type == ContentType::kLibsvm ? "libsvm" : "csv";
}

}  // namespace

Result<Predictor> Predictor::load(const Library& library, const std::string& model,
                                  Generation generation, int threads) {
  // The first byte of a pickle of protocol 2 or later: what older containers saved.
  if (!model.empty() && model.front() == '\x80') {
    return {ErrorKind::kInvalid,
            "the model is a Python pickle, which is not read here: save it with "
            "Booster.save_model"};
  }
  Predictor predictor;
  predictor.library_ = &library;
  predictor.generation_ = generation;
  TUNESMITH_TRY(predictor.booster_, Booster::create(library, {}));
  if (const auto loaded = predictor.booster_.load(model); !loaded) {
    return {ErrorKind::kInvalid,
            fmt::format("XGBoost cannot load the model: {}", loaded.error().message)};
  }
  TUNESMITH_TRY_VOID(predictor.booster_.set("nthread", std::to_string(threads)));
  TUNESMITH_TRY(predictor.features_, predictor.booster_.feature_count());
  TUNESMITH_TRY(const auto best, predictor.booster_.attribute("best_iteration"));
  if (best) {
    const auto round = parse_int(*best);
    if (round && *round >= 0 && *round < (std::int64_t{1} << 30U)) predictor.rounds_ = *round + 1;
  }
  return predictor;
}

Frame Predictor::answer(const Frame& request) {
  if (request.body.empty()) return {kNoContent, "text/html; charset=utf-8", "", ""};
  const auto format = parse_accept(request.accept);
  if (!format) return refusal(kNotAcceptable, format.error().message);
  auto payload = parse_payload(request.body, request.content_type);
  if (!payload) return refusal(kUnsupportedMediaType, payload.error().message);
  Table& table = payload->table;
  if (table.rows == 0) return refusal(kBadRequest, "Unable to evaluate payload provided: no rows");
  // A sparse row may lack its last features.
  if (table.sparse) {
    if (table.columns > features_ + 1) {
      return refusal(kBadRequest,
                     fmt::format("Unable to evaluate payload provided: Feature size of libsvm "
                                 "inference data {} is larger than feature size of trained model "
                                 "{}.",
                                 table.columns, features_));
    }
    table.columns = std::max(table.columns, features_);
  } else if (table.columns != features_ && table.columns + 1 != features_) {
    return refusal(kBadRequest,
                   fmt::format("Unable to evaluate payload provided: Feature size of {} inference "
                               "data {} is not consistent with feature size of trained model {}.",
                               display_name(payload->type), table.columns, features_));
  }
  table.labels.clear();
  table.weights.clear();
  table.group_sizes.clear();
  const auto matrix = Matrix::create(*library_, table);
  const auto failed = [](const Error& error) {
    return refusal(kBadRequest, "Unable to evaluate payload provided: " + error.message);
  };
  if (!matrix) return failed(matrix.error());
  const auto values = booster_.predict(*matrix, rounds_);
  if (!values) return failed(values.error());
  return {kOk, std::string(media_type(*format)), "",
          print_predictions({values->values, values->rows, values->groups}, *format, generation_,
                            request.code == kBatchInvocation)};
}

}  // namespace tunesmith::algorithms::xgboost
