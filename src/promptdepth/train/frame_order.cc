#include "promptdepth/train/frame_order.h"

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

constexpr int kRounds = 4;

/// One pass over numbers of 2 · half_bits bits.
std::uint64_t feistel(std::uint64_t value, int half_bits, std::uint64_t key) {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits) - 1;
  std::uint64_t left = value >> half_bits;
  std::uint64_t right = value & mask;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t round_key = splitmix64(key + static_cast<std::uint64_t>(round));
    const std::uint64_t mixed = splitmix64(round_key ^ right);
    const std::uint64_t next = left ^ (mixed & mask);
    left = right;
    right = next;
  }
  return left << half_bits | right;
}

}  // namespace

std::int64_t shuffled(std::int64_t position, std::int64_t count, std::uint64_t key) {
  PD_CHECK(position >= 0 && position < count && count < std::int64_t{1} << 60);
  int half_bits = 1;
  while (std::int64_t{1} << (2 * half_bits) < count) ++half_bits;
  auto value = static_cast<std::uint64_t>(position);
  do {
    value = feistel(value, half_bits, key);
  } while (value >= static_cast<std::uint64_t>(count));
  return static_cast<std::int64_t>(value);
}

std::int64_t frame_in_slot(std::int64_t slot, std::int64_t count, std::uint64_t key) {
  const auto epoch = static_cast<std::uint64_t>(slot / count);
  return shuffled(slot % count, count, splitmix64(key) ^ splitmix64(epoch));
}

}  // namespace promptdepth
