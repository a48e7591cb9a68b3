#include "promptdepth/fusion/tsdf_options.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(TsdfOptions, PresetsAreThePublishedSettings) {
  EXPECT_EQ(tsdf_preset("paper").voxel_size_m, 0.04);
  EXPECT_EQ(tsdf_preset("benchmark").voxel_size_m, 0.02);
  EXPECT_EQ(tsdf_preset("benchmark").truncation_m, 0.15);
  EXPECT_EQ(tsdf_preset("benchmark").max_depth_m, 5);
  EXPECT_EQ(tsdf_preset("street").voxel_size_m, 0.1);
  EXPECT_EQ(tsdf_preset("street").max_depth_m, 35);
  for (const char* name : {"paper", "benchmark", "street"}) tsdf_preset(name).validate();
  EXPECT_THROW(tsdf_preset("house"), Error);
}

TEST(TsdfOptions, RefusesWhatMakesNoVolume) {
  TsdfOptions{}.validate();
  for (const TsdfOptions& bad :
       {TsdfOptions{.voxel_size_m = 0}, TsdfOptions{.voxel_size_m = -1},
        TsdfOptions{.truncation_m = 0.03}, TsdfOptions{.truncation_m = 2},
        TsdfOptions{.min_depth_m = -1}, TsdfOptions{.min_depth_m = 5},
        TsdfOptions{.max_depth_m = 1e9}, TsdfOptions{.memory_limit_gb = 0}}) {
    EXPECT_THROW(bad.validate(), Error);
  }
}

}  // namespace
}  // namespace promptdepth
