#include "promptdepth/estimator/default_model.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "promptdepth/network/network.h"

namespace promptdepth {
namespace {

TEST(DefaultModel, IsACompactNetworkInTheLibrary) {
  const auto weights = default_model();
  EXPECT_EQ(inspect_model(*weights).family, "compact");
}

TEST(DefaultModel, StaysBelowItsSizeLimit) {
  const std::filesystem::path file =
      std::filesystem::path(PROMPTDEPTH_SOURCE_DIR) / "models/promptdepth-compact.safetensors";
  EXPECT_LE(std::filesystem::file_size(file), 16U * 1000 * 1000);
  const auto weights = default_model();
  for (const TensorInfo& tensor : weights->tensors()) EXPECT_EQ(tensor.dtype, DType::kBF16);
}

}  // namespace
}  // namespace promptdepth
