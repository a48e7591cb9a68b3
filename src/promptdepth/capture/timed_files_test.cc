#include "promptdepth/capture/timed_files.h"

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(TimedFiles, ArePartnersWhenEachIsTheOthersNearest) {
  const TimedFiles pictures = {{1.00, "a"}, {1.03, "b"}, {1.06, "c"}};
  const TimedFiles depths = {{1.005, "A"}, {1.055, "C"}};
  EXPECT_EQ(*partner_at(1.00, pictures, depths, 0.02), "A");
  EXPECT_EQ(partner_at(1.03, pictures, depths, 0.05), nullptr);  // A and C have nearer ones.
  EXPECT_EQ(*partner_at(1.06, pictures, depths, 0.02), "C");
  EXPECT_EQ(partner_at(1.06, pictures, depths, 0.001), nullptr);
  EXPECT_EQ(partner_at(1.00, pictures, {}, 1), nullptr);
}

}  // namespace
}  // namespace promptdepth
