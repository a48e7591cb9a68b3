#pragma once

#include <memory>

#include "promptdepth/backend/backend.h"

namespace promptdepth {

/// The specification of every operation: plain loops, sums in float64, results rounded once to
/// float32. Slow; made to be read and to hold the other backends against.
std::unique_ptr<Backend> make_reference_backend();

}  // namespace promptdepth
