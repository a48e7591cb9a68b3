#pragma once

#include <cstdint>

namespace promptdepth {

/// A permutation of 0 ... count - 1 that depends on the key: where `position` goes. A Feistel
/// network on the smallest square of a power of two that holds them, walked until it falls inside,
/// so that it needs no memory. 0 <= position < count.
std::int64_t shuffled(std::int64_t position, std::int64_t count, std::uint64_t key);

/// Which of a data set's frames stands in `slot`: the frames in a new random order in every epoch
/// of `count` slots.
std::int64_t frame_in_slot(std::int64_t slot, std::int64_t count, std::uint64_t key);

}  // namespace promptdepth
