#include "promptdepth/base/threads.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(ParallelFor, VisitsEveryIndexOnce) {
  std::vector<std::atomic<int>> visits(1000);
  parallel_for(1000, [&](std::int64_t i) { ++visits[static_cast<std::size_t>(i)]; });
  for (const auto& count : visits) EXPECT_EQ(count, 1);
}

TEST(ParallelFor, StaysInTheCallersThreadAndInOrderWhenNotWorthThreads) {
  std::vector<std::int64_t> order;
  parallel_for(
      100,
      [&, caller = std::this_thread::get_id()](std::int64_t i) {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        order.push_back(i);
      },
      false);
  EXPECT_EQ(order.size(), 100U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(ParallelFor, PassesAnExceptionOn) {
  EXPECT_THROW(parallel_for(10,
                            [](std::int64_t i) {
                              if (i == 5) fail(ErrorKind::kInvalidData, "five");
                            }),
               Error);
}

TEST(Threads, RefusesNone) { EXPECT_THROW(set_thread_count(0), Error); }

}  // namespace
}  // namespace promptdepth
