#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace promptdepth {

/// An interval that a setting is drawn from; low <= high.
struct Interval {
  float low = 0;
  float high = 0;
};

/// One number of an options struct, by name: what its check, the command line and recipes share.
struct OptionField {
  const char* name;
  std::variant<bool*, int*, float*, Interval*> value;
  double least;  ///< Of both ends, for an interval.
  double greatest;
  const char* meaning;  ///< Without a full stop.
};

/// Throws Error(kInvalidArgument) that names the first field outside its range (NaN is outside
/// every range), its range and its value; `what` says whose fields they are.
void check_fields(std::string_view what, std::span<const OptionField> fields);

/// Gives a field the value that `text` says: a number, true or false, or low,high. Throws
/// Error(kInvalidArgument) when there is no such field or the text is none of these.
void set_field(std::string_view what, std::span<const OptionField> fields, std::string_view name,
               std::string_view text);

/// The value as set_field takes it, with as few digits as give it back exactly.
std::string field_text(const OptionField& field);

}  // namespace promptdepth
