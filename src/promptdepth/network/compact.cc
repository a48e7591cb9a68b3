#include "promptdepth/network/compact.h"

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr int kStemBlock = 2;  ///< The first level sees 2×2 pixels as one.
constexpr std::int64_t kInputs =
    6;  ///< RGB, upsampled prompt, its detail, mask of measured pixels.
constexpr std::int64_t kBaseBlock =
    32;  ///< Pixels per pixel of the smooth base that the detail is measured from.
constexpr std::int64_t kBlockPixels = std::int64_t{kStemBlock} * kStemBlock;
constexpr std::int64_t kTaps = 9;  ///< Logits of Session::propagate.
Conv2dOptions leaky() { return {.nonlinearity = Nonlinearity::kLeakyRelu}; }

std::string level_name(std::size_t level) { return fmt::format("compact.level{}", level); }
std::string propagation_name(int step) { return fmt::format("compact.propagation{}", step); }

void describe_unit(const std::string& name, std::int64_t channels, Manifest& manifest) {
  manifest.require_layer(name + ".conv1", {channels, channels, 3, 3}, channels);
  manifest.require_layer(name + ".conv2", {channels, channels, 3, 3}, channels);
}

}  // namespace

CompactConfig Compact::config_of(const WeightFile& weights) {
  CompactConfig config;
  config.channels.clear();
  while (const TensorInfo* down =
             weights.find(level_name(config.channels.size()) + ".down.weight")) {
    if (down->shape.rank() != 4 || down->shape[0] < 1) {
      fail(ErrorKind::kInvalidData, "{}: expected '{}' with 4 dimensions, found {}",
           weights.description(), down->name, down->shape.to_string());
    }
    config.channels.push_back(down->shape[0]);
  }
  if (config.channels.size() < 2) {
    fail(ErrorKind::kInvalidData, "{}: expected a compact model of at least 2 levels, found {}",
         weights.description(), config.channels.size());
  }
  config.propagations = 0;
  while (weights.find(propagation_name(config.propagations) + ".weight") != nullptr) {
    ++config.propagations;
  }
  if (config.propagations > kMostPropagations) {
    fail(ErrorKind::kInvalidData, "{}: expected at most {} propagations, found {}",
         weights.description(), kMostPropagations, config.propagations);
  }
  return config;
}

Manifest Compact::manifest(const CompactConfig& config) {
  Manifest manifest;
  const auto& c = config.channels;
  for (std::size_t i = 0; i < c.size(); ++i) {
    const std::int64_t inputs = i == 0 ? kInputs * kBlockPixels : c[i - 1];
    manifest.require_layer(level_name(i) + ".down", {c[i], inputs, 3, 3}, c[i]);
    describe_unit(level_name(i) + ".encode", c[i], manifest);
    if (i + 1 == c.size()) break;
    manifest.require_layer(level_name(i) + ".up", {c[i], c[i + 1], 1, 1}, c[i]);
    describe_unit(level_name(i) + ".decode", c[i], manifest);
  }
  manifest.require_layer("compact.head", {kBlockPixels, c[0], 3, 3}, kBlockPixels);
  for (int step = 0; step < config.propagations; ++step) {
    const std::int64_t logits = kBlockPixels * kTaps;
    manifest.require_layer(propagation_name(step), {logits, c[0], 1, 1}, logits);
  }
  return manifest;
}

Compact::Compact(const WeightFile& weights, Backend& backend, ModelInfo info)
    : info_(std::move(info)) {
  const CompactConfig config = config_of(weights);
  const LayerReader reader(weights, backend);
  for (std::size_t i = 0; i < config.channels.size(); ++i) {
    Level level;
    level.down = reader.conv2d(level_name(i) + ".down", i == 0 ? 1 : 2);
    level.encode = read_unit(reader, level_name(i) + ".encode");
    if (i + 1 < config.channels.size()) {
      level.up = reader.conv2d(level_name(i) + ".up");
      level.decode = read_unit(reader, level_name(i) + ".decode");
    }
    levels_.push_back(std::move(level));
  }
  head_ = reader.conv2d("compact.head");
  for (int step = 0; step < config.propagations; ++step) {
    propagations_.push_back(reader.conv2d(propagation_name(step)));
  }
}

Compact::ResidualUnit Compact::read_unit(const LayerReader& reader, const std::string& name) {
  return {.conv1 = reader.conv2d(name + ".conv1"), .conv2 = reader.conv2d(name + ".conv2")};
}

FeatureMap Compact::run_unit(Session& session, const ResidualUnit& unit, FeatureMap x) {
  const FeatureMap inner = session.conv2d(x, *unit.conv1, leaky());
  Conv2dOptions options = leaky();
  options.residual = std::move(x);
  return session.conv2d(inner, *unit.conv2, std::move(options));
}

FeatureMap Compact::forward(Session& session, const NetworkInput& input) const {
  const std::int64_t height = input.image.shape().h;
  const std::int64_t width = input.image.shape().w;
  FeatureMap prompt =
      session.resize_bilinear(input.prompt, height, width, PixelAlignment::kHalfPixel);
  const FeatureMap measured =
      session.resize_bilinear(input.measured, height, width, PixelAlignment::kHalfPixel);
  const FeatureMap inputs[] = {input.image, prompt, detail_of(session, prompt), measured};
  FeatureMap x = session.space_to_depth(session.concat(inputs), kStemBlock);
  session.finish_stage("inputs", x);

  std::vector<FeatureMap> skips;
  x = encode(session, std::move(x), skips);
  x = decode(session, std::move(x), std::move(skips));

  FeatureMap residual = session.conv2d(x, *head_, {.f32_output = true});
  residual = session.depth_to_space(residual, kStemBlock, height, width);
  FeatureMap depth = session.add(std::move(prompt), residual);
  session.finish_stage("residual", depth);

  depth = propagate(session, std::move(depth), x);
  session.finish_stage("normalized_depth", depth);
  return depth;
}

/// The prompt minus a smooth base of it. In bf16 a depth has 8 bits, too few for the slope of a
/// wall; its difference from its surroundings is small and keeps 8 bits of its own.
FeatureMap Compact::detail_of(Session& session, const FeatureMap& prompt) {
  const FeatureShape size = prompt.shape();
  const auto coarse = [](std::int64_t side) { return (side + kBaseBlock - 1) / kBaseBlock; };
  const FeatureMap grid =
      session.resize_bilinear(prompt, coarse(size.h), coarse(size.w), PixelAlignment::kHalfPixel);
  const FeatureMap base = session.resize_bilinear(grid, size.h, size.w, PixelAlignment::kHalfPixel);
  return session.add(prompt, base, -1.0F);
}

FeatureMap Compact::encode(Session& session, FeatureMap x, std::vector<FeatureMap>& skips) const {
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    x = session.conv2d(x, *levels_[i].down, leaky());
    x = run_unit(session, levels_[i].encode, std::move(x));
    session.finish_stage(fmt::format("encode{}", i), x);
    if (i + 1 < levels_.size()) skips.push_back(x);
  }
  return x;
}

FeatureMap Compact::decode(Session& session, FeatureMap x, std::vector<FeatureMap> skips) const {
  for (std::size_t i = skips.size(); i-- > 0;) {
    const FeatureShape target = skips[i].shape();
    x = session.conv2d(x, *levels_[i].up, {});
    x = session.resize_bilinear(x, target.h, target.w, PixelAlignment::kHalfPixel);
    x = session.add(std::move(x), skips[i]);
    skips.pop_back();
    x = run_unit(session, levels_[i].decode, std::move(x));
    session.finish_stage(fmt::format("decode{}", i), x);
  }
  return x;
}

FeatureMap Compact::propagate(Session& session, FeatureMap depth,
                              const FeatureMap& features) const {
  const FeatureShape size = depth.shape();
  for (std::size_t i = 0; i < propagations_.size(); ++i) {
    FeatureMap logits = session.conv2d(features, *propagations_[i], {});
    logits = session.depth_to_space(logits, kStemBlock, size.h, size.w);
    depth = session.propagate(depth, logits, 1 << (propagations_.size() - 1 - i));
  }
  return depth;
}

}  // namespace promptdepth
