// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/parquet_channels.h"

#include "algorithms/parquet/client.h"

#include <unistd.h>

namespace tunesmith::algorithms::xgboost {
namespace {

std::uint64_t memory_of_machine() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

ParquetChannels ParquetChannels::convert(const JobInput& input, std::uint64_t max_bytes) {
  ParquetChannels converted;
  if (max_bytes == 0) max_bytes = memory_of_machine();
  for (const auto& [name, channel] : input.channels) {
    if (channel.type != ContentType::kParquet) continue;
    std::vector<parquet::InputFile> files;
    for (const auto& file : channel.files) files.push_back({file.name, file.path});
    converted.channels_.emplace(name, parquet::convert(files, max_bytes));
  }
  return converted;
}

Result<void> ParquetChannels::read(const std::string& channel, Table& table) const {
  const auto found = channels_.find(channel);
  if (found == channels_.end())
    return Error{ErrorKind::kInternal, "channel " + channel + " has not been converted"};
  if (!found->second) {
    const Error& error = found->second.error();
    return Error{error.kind, error.message + " (channel " + channel + ")"};
  }
  TUNESMITH_TRY(const auto cells, parquet::FloatTable::map(found->second->get()));
  table.rows = cells.rows();
  table.columns = cells.columns() - 1;
  table.labels.reserve(table.rows);
  table.dense.reserve(table.rows * table.columns);
  for (std::uint64_t i = 0; i < cells.rows(); ++i) {
    const auto row = cells.row(i);
    table.labels.push_back(row[0]);
    table.dense.insert(table.dense.end(), row.begin() + 1, row.end());
  }
  return {};
}

}  // namespace tunesmith::algorithms::xgboost
