// SPDX-License-Identifier: Apache-2.0
//
// The one place that sees Arrow.
#include "algorithms/parquet/tables.h"

#include "base/files.h"

#include <arrow/api.h>
#include <arrow/io/api.h>
#include <arrow/util/float16.h>
#include <boost/json.hpp>
#include <fmt/core.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/arrow/writer.h>
#include <parquet/file_reader.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>

namespace tunesmith::algorithms::parquet {
namespace {

namespace json = boost::json;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
constexpr std::int64_t kCellsAtOnce = 1 << 20;  // 4 MiB of floats
constexpr std::int64_t kBufferBytes = 1 << 20;  // of a column, when pages are read

Error invalid(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

Error refused(const InputFile& file, const arrow::Status& status) {
  return invalid(fmt::format("{}: {}", file.name, status.message()));
}

bool is_number(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::NA:
    case arrow::Type::BOOL:
      return true;
    case arrow::Type::DICTIONARY:
      return is_number(*static_cast<const arrow::DictionaryType&>(type).value_type());
    default:
      return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) ||
             arrow::is_decimal(type.id());
  }
}

/// The columns in which pandas stored the index of a frame: they are no data.
std::set<std::string> index_columns(const arrow::Schema& schema) {
  std::set<std::string> names;
  if (schema.metadata() == nullptr) return names;
  const auto text = schema.metadata()->Get("pandas");
  if (!text.ok()) return names;
  boost::system::error_code ec;
  const auto document = json::parse(*text, ec);
  const auto* object = ec ? nullptr : document.if_object();
  const auto* list = object != nullptr ? object->if_contains("index_columns") : nullptr;
  if (list == nullptr || !list->is_array()) return names;
  for (const auto& entry : list->get_array()) {
    // A range is described by an object, and has no column.
    if (entry.is_string()) names.emplace(entry.get_string());
  }
  return names;
}

/// Puts the values of one type, `read(i)` each, into every `stride`th place from `out` on.
template <class Read>
void fill(const arrow::Array& array, float* out, std::size_t stride, Read read) {
  for (std::int64_t i = 0; i < array.length(); ++i, out += stride) {
    *out = array.IsNull(i) ? kMissing : static_cast<float>(read(i));
  }
}

template <class ArrayType>
void fill_plain(const arrow::Array& array, float* out, std::size_t stride) {
  const auto& typed = static_cast<const ArrayType&>(array);
  fill(array, out, stride, [&](std::int64_t i) { return typed.Value(i); });
}

template <class ArrayType, class Decimal>
void fill_decimal(const arrow::Array& array, float* out, std::size_t stride) {
  const auto& typed = static_cast<const ArrayType&>(array);
  const auto scale = static_cast<const arrow::DecimalType&>(*array.type()).scale();
  fill(array, out, stride,
       [&](std::int64_t i) { return Decimal(typed.GetValue(i)).ToDouble(scale); });
}

/// False for a type that is_number() does not know.
bool put_column(const arrow::Array& array, float* out, std::size_t stride) {
  switch (array.type_id()) {
    case arrow::Type::NA:
      fill(array, out, stride, [](std::int64_t) { return kMissing; });
      return true;
    case arrow::Type::BOOL:
      fill_plain<arrow::BooleanArray>(array, out, stride);
      return true;
    case arrow::Type::INT8:
      fill_plain<arrow::Int8Array>(array, out, stride);
      return true;
    case arrow::Type::INT16:
      fill_plain<arrow::Int16Array>(array, out, stride);
      return true;
    case arrow::Type::INT32:
      fill_plain<arrow::Int32Array>(array, out, stride);
      return true;
    case arrow::Type::INT64:
      fill_plain<arrow::Int64Array>(array, out, stride);
      return true;
    case arrow::Type::UINT8:
      fill_plain<arrow::UInt8Array>(array, out, stride);
      return true;
    case arrow::Type::UINT16:
      fill_plain<arrow::UInt16Array>(array, out, stride);
      return true;
    case arrow::Type::UINT32:
      fill_plain<arrow::UInt32Array>(array, out, stride);
      return true;
    case arrow::Type::UINT64:
      fill_plain<arrow::UInt64Array>(array, out, stride);
      return true;
    case arrow::Type::FLOAT:
      fill_plain<arrow::FloatArray>(array, out, stride);
      return true;
    case arrow::Type::DOUBLE:
      fill_plain<arrow::DoubleArray>(array, out, stride);
      return true;
    case arrow::Type::HALF_FLOAT: {
      const auto& halves = static_cast<const arrow::HalfFloatArray&>(array);
      fill(array, out, stride, [&](std::int64_t i) {
        return arrow::util::Float16::FromBits(halves.Value(i)).ToFloat();
      });
      return true;
    }
    case arrow::Type::DECIMAL32:
      fill_decimal<arrow::Decimal32Array, arrow::Decimal32>(array, out, stride);
      return true;
    case arrow::Type::DECIMAL64:
      fill_decimal<arrow::Decimal64Array, arrow::Decimal64>(array, out, stride);
      return true;
    case arrow::Type::DECIMAL128:
      fill_decimal<arrow::Decimal128Array, arrow::Decimal128>(array, out, stride);
      return true;
    case arrow::Type::DECIMAL256:
      fill_decimal<arrow::Decimal256Array, arrow::Decimal256>(array, out, stride);
      return true;
    case arrow::Type::DICTIONARY: {
      const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
      const auto& dictionary = *coded.dictionary();
      std::vector<float> values(static_cast<std::size_t>(dictionary.length()));
      if (!put_column(dictionary, values.data(), 1)) return false;
      fill(array, out, stride, [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(coded.GetValueIndex(i));
        return at < values.size() ? values[at] : kMissing;
      });
      return true;
    }
    default:
      return false;
  }
}

/// Appends to a file, and knows how much it may.
class TableWriter {
 public:
  TableWriter(int fd, std::uint64_t max_bytes) : fd_(fd), max_bytes_(max_bytes) {}

  /// kLimitExceeded unless `rows` more of them fit.
  Result<void> reserve(std::uint64_t rows, std::uint64_t columns) const {
    const auto most = max_bytes_ / sizeof(float) / std::max<std::uint64_t>(columns, 1);
    if (rows <= most && rows_ <= most - rows) return {};
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("{} rows of {} columns are larger than the {} bytes there is room for",
                             rows_ + rows, columns, max_bytes_)};
  }
  Result<void> append(std::span<const float> cells, std::uint64_t rows, std::uint64_t columns) {
    TUNESMITH_TRY_VOID(reserve(rows, columns));
    if (rows_ == 0 && lseek(fd_, sizeof(TableHeader), SEEK_SET) < 0)
      return Error::from_errno(errno, "writing the table");
    rows_ += rows;
    return write_all(fd_, {reinterpret_cast<const char*>(cells.data()), cells.size_bytes()});
  }
  std::uint64_t rows() const { return rows_; }
  Result<void> finish(std::uint64_t columns) const {
    TableHeader header;
    header.rows = rows_;
    header.columns = columns;
    if (pwrite(fd_, &header, sizeof header, 0) != sizeof header)
      return Error::from_errno(errno, "writing the table");
    return {};
  }

 private:
  int fd_;
  std::uint64_t max_bytes_;
  std::uint64_t rows_ = 0;
};

class File {
 public:
  static Result<File> open(const InputFile& input) {
    auto source = arrow::io::ReadableFile::Open(input.path);
    if (!source.ok()) {
      return Error{ErrorKind::kInternal,
                   fmt::format("{}: {}", input.name, source.status().message())};
    }
    ::parquet::ReaderProperties properties;
    properties.enable_buffered_stream();
    properties.set_buffer_size(kBufferBytes);
    ::parquet::ArrowReaderProperties arrow_properties(false);
    arrow_properties.set_pre_buffer(false);
    ::parquet::arrow::FileReaderBuilder builder;
    File file(input);
    if (const auto opened = builder.Open(*source, properties); !opened.ok())
      return refused(input, opened);
    builder.properties(arrow_properties);
    if (const auto built = builder.Build(&file.reader_); !built.ok()) return refused(input, built);
    if (const auto read = file.reader_->GetSchema(&file.schema_); !read.ok())
      return refused(input, read);
    return file;
  }

  std::uint64_t rows() const {
    const auto rows = reader_->parquet_reader()->metadata()->num_rows();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(rows, 0));
  }

  /// The names of all columns that are data.
  std::vector<std::string> columns() const {
    const auto index = index_columns(*schema_);
    std::vector<std::string> names;
    for (const auto& field : schema_->fields()) {
      if (!index.contains(field->name())) names.push_back(field->name());
    }
    return names;
  }

  /// Appends the rows of these columns.
  Result<void> read(const std::vector<std::string>& names, TableWriter& table) {
    TUNESMITH_TRY_VOID(find(names));
    std::vector<int> row_groups(static_cast<std::size_t>(reader_->num_row_groups()));
    for (std::size_t i = 0; i < row_groups.size(); ++i) row_groups[i] = static_cast<int>(i);
    reader_->set_batch_size(
        std::max<std::int64_t>(1, kCellsAtOnce / static_cast<std::int64_t>(names.size())));
    auto batches = reader_->GetRecordBatchReader(row_groups, leaves_);
    if (!batches.ok()) return refused(input_, batches.status());
    std::vector<float> cells;
    for (;;) {
      std::shared_ptr<arrow::RecordBatch> batch;
      if (const auto read = (*batches)->ReadNext(&batch); !read.ok()) return refused(input_, read);
      if (batch == nullptr) return {};
      const auto rows = static_cast<std::uint64_t>(batch->num_rows());
      TUNESMITH_TRY_VOID(table.reserve(rows, names.size()));
      cells.assign(rows * names.size(), kMissing);
      for (std::size_t i = 0; i < places_.size(); ++i) {
        const auto& column = *batch->column(static_cast<int>(i));
        if (!put_column(column, cells.data() + places_[i], names.size()))
          return not_a_number(names[places_[i]], *column.type());
      }
      TUNESMITH_TRY_VOID(table.append(cells, rows, names.size()));
    }
  }

 private:
  explicit File(InputFile input) : input_(std::move(input)) {}

  Error not_a_number(const std::string& column, const arrow::DataType& type) const {
    return invalid(fmt::format("{}: column '{}' is of type {}, which is not a number", input_.name,
                               column, type.ToString()));
  }

  /// Sets which leaf columns are to be read, and to which place of a row each goes.
  Result<void> find(const std::vector<std::string>& names) {
    const bool same = columns() == names;  // then equal names are told apart by their order
    const auto index = index_columns(*schema_);
    const auto& fields = reader_->manifest().schema_fields;
    std::size_t next = 0;
    for (const auto& field : fields) {
      const auto& name = field.field->name();
      if (index.contains(name)) continue;
      const auto found = std::find(names.begin(), names.end(), name);
      const auto place = same ? next++ : static_cast<std::size_t>(found - names.begin());
      if (place >= names.size()) continue;
      if (!same && std::find(places_.begin(), places_.end(), place) != places_.end())
        return invalid(fmt::format("{}: there are several columns '{}'", input_.name, name));
      if (!field.is_leaf() || !is_number(*field.field->type()))
        return not_a_number(name, *field.field->type());
      leaves_.push_back(field.column_index);
      places_.push_back(place);
    }
    return {};
  }

  InputFile input_;
  std::unique_ptr<::parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> leaves_;
  std::vector<std::size_t> places_;
};

template <class Builder, class Value>
arrow::Result<std::shared_ptr<arrow::Array>> build(Builder& builder, const Column& column) {
  for (const auto& cell : column.cells) {
    const auto* value = std::get_if<Value>(&cell);
    if (value == nullptr && !std::holds_alternative<std::monostate>(cell))
      return arrow::Status::Invalid("column '", column.name, "': a value of another type");
    ARROW_RETURN_NOT_OK(value != nullptr ? builder.Append(*value) : builder.AppendNull());
  }
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> build_column(const Column& column) {
  switch (column.type) {
    case ColumnType::kText: {
      arrow::StringBuilder builder;
      return build<arrow::StringBuilder, std::string>(builder, column);
    }
    case ColumnType::kDouble: {
      arrow::DoubleBuilder builder;
      return build<arrow::DoubleBuilder, double>(builder, column);
    }
    case ColumnType::kInteger: {
      arrow::Int64Builder builder;
      return build<arrow::Int64Builder, std::int64_t>(builder, column);
    }
    case ColumnType::kBoolean: {
      arrow::BooleanBuilder builder;
      return build<arrow::BooleanBuilder, bool>(builder, column);
    }
    case ColumnType::kTime: {
      arrow::TimestampBuilder builder(arrow::timestamp(arrow::TimeUnit::MILLI, "UTC"),
                                      arrow::default_memory_pool());
      return build<arrow::TimestampBuilder, std::int64_t>(builder, column);
    }
  }
  return arrow::Status::Invalid("column '", column.name, "': no such type");
}

arrow::Result<std::string> make_file(const std::vector<Column>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const auto& column : columns) {
    ARROW_ASSIGN_OR_RAISE(auto array, build_column(column));
    if (!arrays.empty() && array->length() != arrays.front()->length())
      return arrow::Status::Invalid("column '", column.name, "' is not as long as the first one");
    fields.push_back(arrow::field(column.name, array->type()));
    arrays.push_back(std::move(array));
  }
  const auto table = arrow::Table::Make(arrow::schema(std::move(fields)), std::move(arrays));
  ARROW_ASSIGN_OR_RAISE(auto sink, arrow::io::BufferOutputStream::Create());
  const auto properties = ::parquet::ArrowWriterProperties::Builder().store_schema()->build();
  ARROW_RETURN_NOT_OK(::parquet::arrow::WriteTable(
      *table, arrow::default_memory_pool(), sink, ::parquet::DEFAULT_MAX_ROW_GROUP_LENGTH,
      ::parquet::default_writer_properties(), properties));
  ARROW_ASSIGN_OR_RAISE(const auto buffer, sink->Finish());
  return buffer->ToString();
}

}  // namespace

Result<void> read_tables(const std::vector<InputFile>& files, std::uint64_t max_bytes, int output) {
  TableWriter table(output, max_bytes);
  std::optional<std::vector<std::string>> names;
  for (const auto& input : files) {
    TUNESMITH_TRY(auto file, File::open(input));
    if (!names) {
      names = file.columns();
      if (names->empty()) return invalid(input.name + ": there are no columns");
      if (names->size() == 1) {
        return invalid(
            fmt::format("{}: there is one column, '{}', which is the label; features "
                        "are the columns after it",
                        input.name, names->front()));
      }
    }
    TUNESMITH_TRY_VOID(table.reserve(file.rows(), names->size()));
    TUNESMITH_TRY_VOID(file.read(*names, table));
  }
  // One file without rows among others is what a query that found nothing writes.
  if (names && table.rows() == 0) {
    const auto others = files.size() - 1;
    return invalid(fmt::format("{}{}: there are no rows", files.front().name,
                               others == 0   ? ""
                               : others == 1 ? " and 1 other file"
                                             : fmt::format(" and {} other files", others)));
  }
  return table.finish(names ? names->size() : 0);
}

Result<std::string> write_table(const std::vector<Column>& columns) {
  auto bytes = make_file(columns);
  if (!bytes.ok()) return invalid(bytes.status().message());
  return std::move(*bytes);
}

}  // namespace tunesmith::algorithms::parquet
