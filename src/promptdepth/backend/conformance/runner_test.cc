#include "promptdepth/backend/conformance/runner.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/backend/reference/reference_session.h"

namespace promptdepth {
namespace {

const MapValues kPair{{1, 1, 1, 2}, {1.0F, 2.0F}};

TEST(Runner, GivesMapsThatNobodyElseHolds) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Runner runner(*backend);
  EXPECT_TRUE(runner.give(kPair).unique());
  const FeatureMap held = runner.hold(kPair);
  EXPECT_FALSE(held.unique());
}

TEST(Runner, NoticesChangesOfHeldMaps) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Runner runner(*backend);
  const FeatureMap& held = runner.hold(kPair);
  EXPECT_TRUE(runner.held_maps_are_unchanged());
  reference::values_of(held)[1] = 3.0F;
  EXPECT_FALSE(runner.held_maps_are_unchanged());
}

TEST(Runner, PreparesALayerOncePerPlace) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Runner runner(*backend);
  const LinearWeights weights{.name = "l", .weight = HostTensor::filled({1, 1}, 2.0F)};
  const Linear* first = &runner.prepare(weights);
  EXPECT_NE(&runner.prepare(weights), first);
  runner.begin_pass();
  EXPECT_EQ(&runner.prepare(weights), first);
}

TEST(OnReference, ComputesInFloat32) {
  EXPECT_EQ(on_reference([](Runner& runner) {
              return runner.session().add(runner.give(kPair), runner.hold(kPair));
            }),
            (std::vector<float>{2.0F, 4.0F}));
}

}  // namespace
}  // namespace promptdepth
