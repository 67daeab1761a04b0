// SPDX-License-Identifier: Apache-2.0
#include "algorithms/xgboost/trainer/data_set.h"

#include "algorithms/xgboost/trainer/csv_reader.h"
#include "algorithms/xgboost/trainer/libsvm_reader.h"
#include "algorithms/xgboost/trainer/recordio_reader.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <array>

namespace tunesmith::algorithms::xgboost {
namespace {

constexpr std::size_t kInflatedLimit = std::size_t{16} << 30U;

Error invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

std::string loading_error(std::string_view type, const Error& error) {
  return fmt::format("Failed to load {} data with exception:\n{}", type, error.message);
}

Result<Table> read_table(const Channel& channel, const std::string& name,
                         const ParquetChannels& parquet, bool csv_weights) {
  Table table;
  std::optional<char> delimiter;
  std::size_t bytes = 0;
  for (const auto& file : channel.files) {
    TUNESMITH_TRY(const auto content, FileContent::open(file, kInflatedLimit));
    const auto text = content.text();
    bytes += text.size();
    if (text.empty()) continue;
    switch (channel.type) {
      case ContentType::kCsv: {
        if (!delimiter) {
          TUNESMITH_TRY(delimiter, sniff_delimiter(first_line(text)));
        }
        const auto read =
            read_csv(text, file.name, *delimiter,
                     csv_weights ? CsvLayout::kLabelAndWeight : CsvLayout::kLabel, table);
        if (!read) return invalid(loading_error("csv", read.error()));
        break;
      }
      case ContentType::kLibsvm:
        TUNESMITH_TRY_VOID(read_libsvm(text, file.name, table));
        break;
      case ContentType::kRecordioProtobuf: {
        const auto read = read_recordio(text, file.name, true, table);
        if (!read) return invalid(loading_error("recordio-protobuf", read.error()));
        break;
      }
      case ContentType::kParquet:
        // Converted before, all files of the channel at once.
        break;
    }
  }
  if (bytes == 0) {
    return invalid(fmt::format("No data in {} channel path /opt/ml/input/data/{}",
                               name == "train" ? "training" : name, name));
  }
  if (channel.type == ContentType::kParquet) {
    const auto read = parquet.read(name, table);
    if (!read) return invalid(loading_error("parquet", read.error()));
  }
  if (table.labels.empty()) {
    return invalid("Got input data without labels. Please check the input data set.");
  }
  return table;
}

Result<DataSet> load(const Library& library, const Channel& channel, const std::string& name,
                     const ParquetChannels& parquet, bool csv_weights) {
  TUNESMITH_TRY(auto table, read_table(channel, name, parquet, csv_weights));
  auto matrix = Matrix::create(library, table);
  if (!matrix) {
    const char* type = "libsvm";
    if (channel.type == ContentType::kCsv) type = "csv";
    if (channel.type == ContentType::kRecordioProtobuf) type = "recordio-protobuf";
    if (channel.type == ContentType::kParquet) type = "parquet";
    return invalid(loading_error(type, matrix.error()));
  }
  DataSet set;
  set.matrix = std::move(*matrix);
  set.rows = table.rows;
  set.columns = table.columns;
  set.entries = table.sparse ? table.values.size() : table.dense.size();
  set.grouped = !table.group_sizes.empty();
  set.labels = std::move(table.labels);
  set.weights = std::move(table.weights);
  // Kept where margins are followed tree by tree (margin_follower.h).
  if (name == "validation" && !table.sparse) set.features = std::move(table.dense);
  return set;
}

std::string value_or(const std::map<std::string, std::string>& values, const std::string& name,
                     std::string_view fallback) {
  const auto found = values.find(name);
  return found == values.end() ? std::string(fallback) : found->second;
}

}  // namespace

Result<TrainingData> load_training_data(const Library& library, const JobInput& input,
                                        const ParquetChannels& parquet, bool csv_weights) {
  const auto train = input.channels.find("train");
  if (train == input.channels.end()) return invalid("Missing required channel: train");
  TrainingData data;
  TUNESMITH_TRY(data.train, load(library, train->second, "train", parquet, csv_weights));
  if (const auto validation = input.channels.find("validation");
      validation != input.channels.end()) {
    TUNESMITH_TRY(data.validation,
                  load(library, validation->second, "validation", parquet, csv_weights));
  }
  // Eight bytes an entry in the library's rows and about four in its binned form.
  constexpr std::size_t kBytesPerEntry = 12;
  data.memory_bytes = (data.train.entries + data.train.rows) * kBytesPerEntry;
  if (data.validation) {
    data.memory_bytes += data.validation->features.size() * sizeof(float);
    data.memory_bytes += (data.validation->entries + data.validation->rows) * kBytesPerEntry;
  }
  return data;
}

std::size_t input_bytes(const JobInput& input) {
  std::size_t total = 0;
  for (const auto& [name, channel] : input.channels) {
    for (const auto& file : channel.files) {
      struct stat st{};
      if (stat(file.path.c_str(), &st) == 0) total += static_cast<std::size_t>(st.st_size);
    }
  }
  return total;
}

Binning Binning::of(const std::map<std::string, std::string>& hyperparameters) {
  Binning binning;
  binning.booster = value_or(hyperparameters, "booster", "gbtree");
  // Both grow the same trees by the same bins.
  if (binning.booster == "dart") binning.booster = "gbtree";
  binning.tree_method = value_or(hyperparameters, "tree_method", "auto");
  if (binning.tree_method == "auto" || binning.tree_method == "gpu_hist")
    binning.tree_method = "hist";
  binning.max_bin = value_or(hyperparameters, "max_bin", "256");
  return binning;
}

Result<void> warm_up(const Library& library, const TrainingData& data, const Binning& binning) {
  const std::array<Library::Handle, 1> cached = {data.train.matrix.handle()};
  TUNESMITH_TRY(auto booster, Booster::create(library, cached));
  TUNESMITH_TRY_VOID(booster.set("nthread", "1"));
  TUNESMITH_TRY_VOID(booster.set("verbosity", "0"));
  TUNESMITH_TRY_VOID(booster.set("booster", binning.booster));
  if (binning.booster == "gbtree") {
    TUNESMITH_TRY_VOID(booster.set("tree_method", binning.tree_method));
    TUNESMITH_TRY_VOID(booster.set("max_bin", binning.max_bin));
    TUNESMITH_TRY_VOID(booster.set("max_depth", "1"));
  }
  return booster.update(0, data.train.matrix);
}

}  // namespace tunesmith::algorithms::xgboost
