// SPDX-License-Identifier: Apache-2.0
#include "base/time_format.h"

#include "base/strings.h"

#include <fmt/core.h>

#include <array>

namespace tunesmith {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year = 1970;
  unsigned month = 1, day = 1;
  std::int64_t hour = 0, minute = 0, second = 0, millis = 0;
  unsigned weekday = 4;
};

Fields fields_of(Timestamp t) {
  const auto days = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(days);
  const std::int64_t ms = (t - days).count();
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          ms / 3600000,
          ms / 60000 % 60,
          ms / 1000 % 60,
          ms % 1000,
          std::chrono::weekday(days).c_encoding()};
}

std::optional<Timestamp> timestamp_of(const Fields& f) {
  const std::chrono::year_month_day date{std::chrono::year(f.year), std::chrono::month(f.month),
                                         std::chrono::day(f.day)};
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
  return Timestamp(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(f.hour) +
                   std::chrono::minutes(f.minute) + std::chrono::seconds(f.second) +
                   std::chrono::milliseconds(f.millis));
}

/// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<std::int64_t> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string format_iso8601(Timestamp t) {
  const Fields f = fields_of(t);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", f.year, f.month, f.day, f.hour,
                     f.minute, f.second, f.millis);
}

std::string format_basic_iso8601(Timestamp t) {
  const Fields f = fields_of(t);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", f.year, f.month, f.day, f.hour, f.minute,
                     f.second);
}

std::string format_http_date(Timestamp t) {
  const Fields f = fields_of(t);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[f.weekday], f.day,
                     kMonths[f.month - 1], f.year, f.hour, f.minute, f.second);
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  Fields f;
  const auto year = take_digits(text, 4);
  if (!year) return std::nullopt;
  const bool extended = take(text, '-');
  const auto month = take_digits(text, 2);
  if (!month || (extended && !take(text, '-'))) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  f.year = static_cast<int>(*year);
  f.month = static_cast<unsigned>(*month);
  f.day = static_cast<unsigned>(*day);
  if (text.empty()) return timestamp_of(f);
  if (!take(text, 'T')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || (extended && !take(text, ':'))) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || (extended && !take(text, ':'))) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  f.hour = *hour;
  f.minute = *minute;
  f.second = *second;
  if (take(text, '.')) {
    std::int64_t scale = 100;
    bool any = false;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      f.millis += (text.front() - '0') * scale;
      scale /= 10;
      any = true;
      text.remove_prefix(1);
    }
    if (!any) return std::nullopt;
  }
  auto result = timestamp_of(f);
  if (!result) return std::nullopt;
  if (text == "Z") return result;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto offset_hours = take_digits(text, 2);
  take(text, ':');
  const auto offset_minutes = take_digits(text, 2);
  if (!offset_hours || !offset_minutes || !text.empty()) return std::nullopt;
  return *result -
         sign * (std::chrono::hours(*offset_hours) + std::chrono::minutes(*offset_minutes));
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  Fields f;
  const auto parts = split(text, ' ');
  if (parts.size() != 6 || parts[5] != "GMT") return std::nullopt;
  const auto day = parse_int(parts[1]);
  const auto year = parse_int(parts[3]);
  if (!day || !year || *day < 1 || *day > 31 || *year < 1 || *year > 9999) return std::nullopt;
  f.day = static_cast<unsigned>(*day);
  f.year = static_cast<int>(*year);
  f.month = 0;
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == parts[2]) f.month = i + 1;
  }
  std::string_view clock = parts[4];
  const auto hour = take_digits(clock, 2);
  if (!hour || !take(clock, ':')) return std::nullopt;
  const auto minute = take_digits(clock, 2);
  if (!minute || !take(clock, ':')) return std::nullopt;
  const auto second = take_digits(clock, 2);
  if (!second || !clock.empty()) return std::nullopt;
  f.hour = *hour;
  f.minute = *minute;
  f.second = *second;
  return timestamp_of(f);
}

}  // namespace tunesmith
