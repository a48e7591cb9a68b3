#pragma once

#include <algorithm>
#include <cstdint>

#include "promptdepth/base/threads.h"

namespace promptdepth::cpu {

/// Calls body(begin, end) with parts that cover [0, count), one part a thread and none below
/// `grain` items unless there is only one: for loops whose items cost the same. `body` must not
/// throw.
template <typename Body>
void parallel_ranges(std::int64_t count, std::int64_t grain, const Body& body) {
  const std::int64_t most = (count + grain - 1) / std::max<std::int64_t>(grain, 1);
  const std::int64_t parts = std::clamp<std::int64_t>(most, 1, thread_count());
  if (parts == 1) {
    body(std::int64_t{0}, count);
    return;
  }
#pragma omp parallel for schedule(static) num_threads(static_cast <int>(parts))
  for (std::int64_t part = 0; part < parts; ++part) {
    body(count * part / parts, count * (part + 1) / parts);
  }
}

}  // namespace promptdepth::cpu
