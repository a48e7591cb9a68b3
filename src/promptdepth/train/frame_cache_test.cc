#include "promptdepth/train/frame_cache.h"

#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(FrameCache, MakesAFrameOnceForManyThreads) {
  FrameCache cache([](std::int64_t) {
    return ImageWithDepth{.image = Image(4, 3), .depth = DepthMap(4, 3, 1)};
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { cache.frame(1); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache.made_count(), 1);
  cache.forget_before(2);
  cache.frame(1);
  EXPECT_EQ(cache.made_count(), 2);
}

TEST(FrameCache, ThrowsTheSameErrorEachTime) {
  FrameCache cache(
      [](std::int64_t slot) -> ImageWithDepth { fail(ErrorKind::kIo, "no frame {}", slot); });
  EXPECT_THROW(cache.frame(1), Error);
  EXPECT_THROW(cache.frame(1), Error);
  EXPECT_EQ(cache.made_count(), 1);
}

TEST(FrameCache, UsesEachFrameAsOftenAsAskedAndNoneAfterItsWindow) {
  const FrameSharing sharing{.window = 16, .uses = 5};
  std::map<std::int64_t, int> uses;
  for (std::int64_t i = 0; i < 10000; ++i) {
    const std::int64_t slot = slot_of_sample(sharing, 9, i);
    EXPECT_GE(slot, first_live_slot(sharing, i));
    EXPECT_LE(slot, i / sharing.uses);
    ++uses[slot];
  }
  double mean = 0;
  for (std::int64_t slot = 100; slot < 1900; ++slot) mean += uses[slot] / 1800.0;
  EXPECT_NEAR(mean, 5, 0.1);
}

}  // namespace
}  // namespace promptdepth
