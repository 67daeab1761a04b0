// SPDX-License-Identifier: Apache-2.0
#include "tuning/search/bayesian_options.h"

namespace tunesmith::tuning {

bool set_option(BayesianOptions& options, std::string_view name, double value) {
  const auto flag = [&](bool& target) { return target = value != 0, true; };
  const auto whole = [&](int& target) { return target = static_cast<int>(value), true; };
  const auto number = [&](double& target) { return target = value, true; };
  if (name == "initial") return whole(options.initial);
  if (name == "centre_first") return flag(options.centre_first);
  if (name == "half_rank") return flag(options.transform.half_rank);
  if (name == "yeo_johnson") return flag(options.transform.yeo_johnson);
  if (name == "incumbent_is_mean") return flag(options.incumbent_is_mean);
  if (name == "length_shift") return number(options.length_shift);
  if (name == "length_sd") return number(options.length_sd);
  if (name == "noise_mean") return number(options.noise_mean);
  if (name == "noise_sd") return number(options.noise_sd);
  if (name == "starts") return whole(options.starts);
  if (name == "ensemble") return whole(options.ensemble);
  if (name == "burn_in") return whole(options.burn_in);
  if (name == "thin") return whole(options.thin);
  if (name == "scale_sd") return number(options.scale_sd);
  if (name == "mean_variance") return number(options.mean_variance);
  if (name == "improve_on_pending") return flag(options.improve_on_pending);
  if (name == "settled") return number(options.settled);
  if (name == "warp_sd") return number(options.warp_sd);
  return false;
}

}  // namespace tunesmith::tuning
