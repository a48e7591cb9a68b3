#include "promptdepth/base/bounded_queue.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

TEST(BoundedQueue, HandsEveryValueOverInOrder) {
  BoundedQueue<int> queue(2);
  std::thread maker([&queue] {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(queue.push(i));
    queue.close();
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(queue.pop(), i);
  EXPECT_EQ(queue.pop(), std::nullopt);
  maker.join();
}

TEST(BoundedQueue, NeverHoldsMoreThanItsCapacity) {
  BoundedQueue<int> queue(3);
  std::atomic<int> pushed = 0;
  std::thread maker([&] {
    for (int i = 0; i < 50; ++i) {
      queue.push(i);
      ++pushed;
    }
  });
  for (int taken = 0; taken < 50; ++taken) {
    EXPECT_LE(pushed, taken + 4);
    queue.pop();
  }
  maker.join();
}

TEST(BoundedQueue, AClosedQueueLetsNobodyWait) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.push(1));
  std::thread maker([&queue] { EXPECT_FALSE(queue.push(2)); });
  queue.close();
  maker.join();
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

}  // namespace
}  // namespace promptdepth
