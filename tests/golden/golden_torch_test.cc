#include <gtest/gtest.h>

#include "golden.h"
#include "promptdepth/backend/torch/torch_backend.h"

namespace promptdepth::golden {
namespace {

TEST(Golden, TorchMatchesThePublishedNetworkAtEveryStage) {
  TorchBackend backend(TorchOptions{.precision = Precision::kF32});
  expect_every_stage_matches(backend);
}

}  // namespace
}  // namespace promptdepth::golden
