#include "promptdepth/base/error.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(Error, CarriesKindAndFormattedSentence) {
  try {
    fail(ErrorKind::kInvalidData, "expected {} rows, found {}", 3, 4);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_STREQ(error.what(), "expected 3 rows, found 4");
    return;
  }
  FAIL() << "fail() returned";
}

TEST(Error, CheckThrowsOnlyWhenTheConditionIsFalse) {
  EXPECT_NO_THROW(PD_CHECK(1 + 1 == 2));
  EXPECT_THROW(PD_CHECK(1 + 1 == 3), Error);
}

}  // namespace
}  // namespace promptdepth
