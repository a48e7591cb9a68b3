#include "promptdepth/prompt/option_field.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Settings {
  bool on = false;
  int count = 3;
  float noise = 0.1F;
  Interval range = {1, 2};

  std::vector<OptionField> fields() {
    return {{"on", &on, 0, 1, "switch"},
            {"count", &count, 1, 10, "how many"},
            {"noise", &noise, 0, 0.5, "how much"},
            {"range", &range, 0.5, 4, "from where to where"}};
  }
};

template <typename Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "";
}

TEST(OptionField, ReadsBackWhatItWrites) {
  Settings settings{.on = true, .count = 7, .noise = 0.0123456F, .range = {0.7F, 3.3F}};
  Settings copy;
  for (const OptionField& field : settings.fields()) {
    set_field("copy", copy.fields(), field.name, field_text(field));
  }
  EXPECT_EQ(copy.on, settings.on);
  EXPECT_EQ(copy.count, settings.count);
  EXPECT_EQ(copy.noise, settings.noise);
  EXPECT_EQ(copy.range.low, settings.range.low);
  EXPECT_EQ(copy.range.high, settings.range.high);
}

TEST(OptionField, NamesTheFieldItsValueAndItsRange) {
  Settings settings{.count = 11};
  EXPECT_THAT(
      message_of([&] { check_fields("sensor", settings.fields()); }),
      AllOf(HasSubstr("sensor"), HasSubstr("count"), HasSubstr("1 to 10"), HasSubstr("11")));
}

TEST(OptionField, RefusesValuesOutsideTheirRange) {
  EXPECT_NO_THROW(check_fields("", Settings{}.fields()));
  for (const float noise : {-0.1F, 0.6F, std::nanf("")}) {
    Settings settings{.noise = noise};
    EXPECT_THROW(check_fields("", settings.fields()), Error) << noise;
  }
  for (const Interval range : {Interval{2, 1}, Interval{0, 1}, Interval{1, 5},
                               Interval{std::nanf(""), 1}, Interval{1, std::nanf("")}}) {
    Settings settings{.range = range};
    EXPECT_THROW(check_fields("", settings.fields()), Error) << range.low << ", " << range.high;
  }
}

TEST(OptionField, RefusesTextsAndNamesItDoesNotKnow) {
  Settings settings;
  const auto message = [&](const char* name, const char* text) {
    return message_of([&] { set_field("sensor", settings.fields(), name, text); });
  };
  EXPECT_THAT(message("nois", "1"), AllOf(HasSubstr("on, count, noise, range"), HasSubstr("nois")));
  EXPECT_THAT(message("on", "yes"), AllOf(HasSubstr("true or false"), HasSubstr("yes")));
  EXPECT_THAT(message("count", "1.5"), HasSubstr("a whole number"));
  EXPECT_THAT(message("count", ""), HasSubstr("a whole number"));
  EXPECT_THAT(message("noise", "0.1x"), HasSubstr("a number"));
  EXPECT_THAT(message("range", "1"), HasSubstr("low,high"));
  EXPECT_THAT(message("range", "1,b"), HasSubstr("low,high"));
}

}  // namespace
}  // namespace promptdepth
