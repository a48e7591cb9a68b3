#include "promptdepth/train/frame_order.h"

#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(FrameOrder, VisitsEveryFrameOncePerEpoch) {
  for (const std::int64_t count : {1, 2, 3, 16, 17, 1000}) {
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
      std::set<std::int64_t> frames;
      for (std::int64_t i = 0; i < count; ++i) {
        frames.insert(frame_in_slot(epoch * count + i, count, 7));
      }
      EXPECT_EQ(frames.size(), static_cast<std::size_t>(count));
      EXPECT_EQ(*frames.begin(), 0);
      EXPECT_EQ(*frames.rbegin(), count - 1);
    }
  }
}

TEST(FrameOrder, DiffersBetweenEpochsAndKeys) {
  int same_epoch = 0;
  int same_key = 0;
  for (std::int64_t i = 0; i < 1000; ++i) {
    same_epoch += frame_in_slot(i, 1000, 1) == frame_in_slot(1000 + i, 1000, 1);
    same_key += frame_in_slot(i, 1000, 1) == frame_in_slot(i, 1000, 2);
  }
  // Chance alone leaves one in its place, with a standard deviation of one.
  EXPECT_LT(same_epoch, 8);
  EXPECT_LT(same_key, 8);
}

TEST(FrameOrder, SpreadsTheFirstSlotOverAllFrames) {
  constexpr int kFrames = 10;
  constexpr int kDraws = 4000;
  std::vector<int> counts(kFrames);
  for (std::uint64_t key = 0; key < kDraws; ++key) {
    ++counts[static_cast<std::size_t>(shuffled(0, kFrames, key))];
  }
  // Five standard deviations of a binomial count.
  const double expected = kDraws / kFrames;
  for (const int count : counts) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected * 0.9));
}

}  // namespace
}  // namespace promptdepth
