#include "promptdepth/fusion/tsdf_options.h"

#include <cmath>

#include "promptdepth/base/error.h"

namespace promptdepth {

void TsdfOptions::validate() const {
  const auto require = [](bool fine, const char* field, double value, const char* range) {
    if (!fine) {
      fail(ErrorKind::kInvalidArgument, "expected {} {}, found {}", field, range, value);
    }
  };
  require(voxel_size_m >= 1e-4 && voxel_size_m <= 100, "voxel_size_m", voxel_size_m,
          "from 0.0001 to 100");
  require(truncation_m >= 2 * voxel_size_m && truncation_m <= 64 * voxel_size_m, "truncation_m",
          truncation_m, "from 2 to 64 voxels");
  require(min_depth_m >= 0 && std::isfinite(min_depth_m), "min_depth_m", min_depth_m,
          "of 0 or more");
  require(max_depth_m > min_depth_m && max_depth_m <= 1e4, "max_depth_m", max_depth_m,
          "above min_depth_m and up to 10000");
  require(memory_limit_gb > 0, "memory_limit_gb", memory_limit_gb, "above 0");
}

TsdfOptions tsdf_preset(std::string_view name) {
  if (name == "paper") return {.voxel_size_m = 0.04, .truncation_m = 0.16};
  if (name == "benchmark") return {.voxel_size_m = 0.02, .truncation_m = 0.15};
  if (name == "street") return {.voxel_size_m = 0.1, .truncation_m = 0.5, .max_depth_m = 35};
  fail(ErrorKind::kInvalidArgument, "expected a preset paper, benchmark or street, found '{}'",
       name);
}

}  // namespace promptdepth
