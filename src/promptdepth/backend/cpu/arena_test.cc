#include "promptdepth/backend/cpu/arena.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth::cpu {
namespace {

struct Block {
  std::byte* begin;
  std::size_t bytes;
};

/// Takes and gives back blocks in an order that the seed decides, ending with none taken.
void churn(Arena& arena, std::uint64_t seed, const auto& on_take) {
  Random random(seed);
  std::vector<Block> blocks;
  for (int step = 0; step < 400; ++step) {
    if (blocks.empty() || (random.chance(0.6F) && blocks.size() < 40)) {
      const std::size_t bytes = random.below(200'000);
      blocks.push_back({arena.take(bytes), bytes});
      on_take(blocks);
    } else {
      std::swap(blocks[random.below(blocks.size())], blocks.back());
      arena.give_back(blocks.back().begin, blocks.back().bytes);
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks) arena.give_back(block.begin, block.bytes);
}

TEST(Arena, BlocksAreAlignedWritableAndDoNotOverlap) {
  Arena arena;
  churn(arena, 1, [](const std::vector<Block>& blocks) {
    const Block& last = blocks.back();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(last.begin) % Arena::kAlignment, 0U);
    std::memset(last.begin, 0xab, last.bytes);
    for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
      EXPECT_TRUE(blocks[i].begin + blocks[i].bytes <= last.begin ||
                  last.begin + last.bytes <= blocks[i].begin);
    }
  });
}

TEST(Arena, RepeatingTheSameCallsPlacesTheSameBlocksAndNeverGrows) {
  Arena arena;
  std::vector<std::byte*> first;
  std::vector<std::byte*> second;
  churn(arena, 2, [&](const std::vector<Block>& blocks) { first.push_back(blocks.back().begin); });
  const std::size_t bytes = arena.committed_bytes();
  const std::size_t growth = arena.growth_count();
  churn(arena, 2, [&](const std::vector<Block>& blocks) { second.push_back(blocks.back().begin); });
  EXPECT_EQ(first, second);
  EXPECT_EQ(arena.committed_bytes(), bytes);
  EXPECT_EQ(arena.growth_count(), growth);
}

TEST(Arena, GivenBackNeighboursBecomeOneHole) {
  Arena arena;
  const std::size_t bytes = std::size_t{4} << 20;
  std::byte* a = arena.take(bytes);
  std::byte* b = arena.take(bytes);
  std::byte* c = arena.take(bytes);
  std::byte* guard = arena.take(64);
  arena.give_back(a, bytes);
  arena.give_back(c, bytes);
  arena.give_back(b, bytes);
  EXPECT_EQ(arena.take(3 * bytes), a);
  arena.give_back(a, 3 * bytes);
  arena.give_back(guard, 64);
}

TEST(Arena, PrefersTheSmallestHoleThatFits) {
  Arena arena;
  std::byte* large = arena.take(4096);
  std::byte* guard1 = arena.take(64);
  std::byte* small = arena.take(1024);
  std::byte* guard2 = arena.take(64);
  arena.give_back(large, 4096);
  arena.give_back(small, 1024);
  EXPECT_EQ(arena.take(1000), small);
  arena.give_back(small, 1000);
  arena.give_back(guard1, 64);
  arena.give_back(guard2, 64);
}

TEST(Arena, RefusesMoreThanThereAreAddresses) {
  Arena arena;
  EXPECT_THROW(arena.take(std::numeric_limits<std::size_t>::max()), Error);
}

}  // namespace
}  // namespace promptdepth::cpu
