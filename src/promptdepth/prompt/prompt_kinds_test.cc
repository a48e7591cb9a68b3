#include "promptdepth/prompt/prompt_kinds.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

TEST(PromptKinds, HaveNamesOfTheirOwnThatFindThem) {
  std::set<std::string> names;
  for (const PromptKind& kind : prompt_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_EQ(prompt_kind(kind.name).description, kind.description);
    EXPECT_EQ(kind.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
              std::string::npos);
  }
}

TEST(PromptKinds, RefuseAnUnknownNameWithTheListOfThem) {
  try {
    prompt_kind("radar");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("phone-lidar"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("'radar'"));
  }
}

TEST(PromptKinds, DeliverMeasurementsOnAPlainScene) {
  const DepthMap truth(64, 48, 2.0F);
  const Image image(64, 48);
  for (const PromptKind& kind : prompt_kinds()) {
    const SensorOptions simulation = sample_simulation(3, 64, 48, kind.mix);
    EXPECT_GT(count_valid(simulate_prompt(simulation, truth, image, 4)), 0U) << kind.name;
  }
}

TEST(PromptKinds, OfOneNameAreAlwaysOfOneSensor) {
  for (const PromptKind& kind : prompt_kinds()) {
    std::set<std::size_t> sensors;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      sensors.insert(sample_simulation(seed, 64, 48, kind.mix).index());
    }
    EXPECT_EQ(sensors.size(), 1U) << kind.name;
  }
}

TEST(PromptKinds, OfPhonesKeepTheirFiguresWhateverTheSurfaces) {
  for (const PromptKind& kind : prompt_kinds()) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const SensorOptions sensor = sample_simulation(seed, 64, 48, kind.mix);
      const auto* phone = std::get_if<PhoneLidarOptions>(&sensor);
      EXPECT_FALSE(phone != nullptr && phone->surfaces) << kind.name;
    }
  }
}

TEST(PromptKinds, WithHolesMissATenthOrMore) {
  const DepthMap truth(336, 252, 2.0F);
  const Image image(336, 252);
  const PromptKind kind = prompt_kind("holes");
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const DepthMap prompt =
        simulate_prompt(sample_simulation(seed, 336, 252, kind.mix), truth, image, seed);
    const double share =
        1 - static_cast<double>(count_valid(prompt)) / static_cast<double>(prompt.pixel_count());
    EXPECT_GT(share, 0.09) << seed;
    EXPECT_LT(share, 0.31) << seed;
  }
}

}  // namespace
}  // namespace promptdepth
