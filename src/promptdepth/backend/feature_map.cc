#include "promptdepth/backend/feature_map.h"

#include <fmt/format.h>

namespace promptdepth {

std::string FeatureShape::to_string() const { return fmt::format("{}x{}x{}x{}", n, h, w, c); }

}  // namespace promptdepth
