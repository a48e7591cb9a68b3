#include "golden.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "promptdepth/image/npy.h"
#include "promptdepth/network/network.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth::golden {
namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/golden/vits_112x154";

constexpr std::int64_t kHeight = 112;
constexpr std::int64_t kWidth = 154;
constexpr std::int64_t kPromptHeight = 192;
constexpr std::int64_t kPromptWidth = 256;
constexpr std::size_t kChannels = 384;

/// The tapped blocks of ViT-S, whose class tokens are class1..class4 after the final norm.
constexpr std::array<int, 4> kTaps = {2, 5, 8, 11};

std::vector<float> rows_of_channels(const NpyArray& array) {
  if (array.shape.size() != 4) return array.values;
  const auto channels = static_cast<std::size_t>(array.shape[1]);
  const auto pixels = static_cast<std::size_t>(array.shape[2] * array.shape[3]);
  std::vector<float> rows(array.values.size());
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t p = 0; p < pixels; ++p) rows[p * channels + c] = array.values[c * pixels + p];
  }
  return rows;
}

/// The final norm (spec 1.3, ε 1e-6) of the class token, which the network leaves out because
/// nothing reads it.
std::vector<float> normed_class_token(const std::vector<float>& tokens) {
  double mean = 0;
  for (std::size_t c = 0; c < kChannels; ++c) mean += tokens[c] / static_cast<double>(kChannels);
  double variance = 0;
  for (std::size_t c = 0; c < kChannels; ++c)
    variance += std::pow(tokens[c] - mean, 2) / static_cast<double>(kChannels);
  std::vector<float> result;
  const Shape shape{static_cast<std::int64_t>(kChannels)};
  for (std::size_t c = 0; c < kChannels; ++c) {
    const double normed = (tokens[c] - mean) / std::sqrt(variance + 1e-6);
    result.push_back(static_cast<float>(normed * seeded_weight("pretrained.norm.weight", shape, c) +
                                        seeded_weight("pretrained.norm.bias", shape, c)));
  }
  return result;
}

}  // namespace

std::optional<Stages> load_golden() {
  if (!std::filesystem::is_directory(kFolder)) return std::nullopt;
  Stages stages;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".npy")
      stages[entry.path().stem()] = rows_of_channels(read_npy(entry.path()));
  }
  return stages;
}

Stages run_network(Backend& backend, const Stages& golden) {
  const auto network = build_network(*seeded_weights(model_tensors("vits")), backend);
  const auto session = backend.make_session();
  Stages stages;
  session->set_observer([&](std::string_view name, const FeatureMap& result) {
    std::vector<float>& values = stages[std::string(name)];
    values.resize(static_cast<std::size_t>(result.shape().element_count()));
    session->download(result, values);
  });

  std::vector<float> prompt = golden.at("prompt");
  const auto [low, high] = std::minmax_element(prompt.begin(), prompt.end());
  const float min_m = *low;
  const float span_m = *high - *low;
  for (float& z : prompt) z = (z - min_m) / span_m;
  const std::vector<float> measured(prompt.size(), 1.0F);
  const FeatureShape prompt_shape{1, kPromptHeight, kPromptWidth, 1};
  network->forward(*session, {.image = session->upload(golden.at("image"), {1, kHeight, kWidth, 3}),
                              .prompt = session->upload(prompt, prompt_shape),
                              .measured = session->upload(measured, prompt_shape)});

  for (std::size_t i = 0; i < kTaps.size(); ++i) {
    stages[fmt::format("class{}", i + 1)] =
        normed_class_token(stages.at(fmt::format("block{}", kTaps[i])));
  }
  stages["block_last"] = stages.at("block11");
  stages["depth"] = stages.at("normalized_depth");
  for (float& z : stages["depth"]) z = z * span_m + min_m;
  return stages;
}

double relative_error(const std::vector<float>& actual, const std::vector<float>& expected) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (actual.size() != expected.size()) return kInfinity;
  double worst = 0;
  double squares = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double difference = std::abs(static_cast<double>(actual[i]) - expected[i]);
    if (!std::isfinite(difference)) return kInfinity;
    worst = std::max(worst, difference);
    squares += static_cast<double>(expected[i]) * expected[i];
  }
  return worst / std::sqrt(squares / static_cast<double>(expected.size()));
}

double mean_absolute_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(static_cast<double>(a[i]) - b[i]);
  return sum / static_cast<double>(a.size());
}

void expect_every_stage_matches(Backend& backend) {
  const std::optional<Stages> golden = load_golden();
  if (!golden) GTEST_SKIP() << "no golden tensors at " << kFolder;
  const Stages stages = run_network(backend, *golden);
  int compared = 0;
  for (const auto& [name, expected] : *golden) {
    if (name == "image" || name == "prompt") continue;
    ASSERT_TRUE(stages.contains(name)) << name;
    const double error = relative_error(stages.at(name), expected);
    EXPECT_LE(error, 1e-4) << name;
    ::testing::Test::RecordProperty(name, fmt::format("{:.1e}", error));
    ++compared;
  }
  EXPECT_EQ(compared, 21);
}

}  // namespace promptdepth::golden
