#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace promptdepth {

/// Called now and then by long work: `done` of `total` units are finished, `detail` is a short
/// remark such as a rate. An empty function means that nobody is watching.
using ProgressCallback =
    std::function<void(std::int64_t done, std::int64_t total, std::string_view detail)>;

}  // namespace promptdepth
