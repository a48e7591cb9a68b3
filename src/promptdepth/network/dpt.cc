#include "promptdepth/network/dpt.h"

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

const std::string kScratch = "depth_head.scratch";

std::int64_t first_extent(const WeightFile& weights, const std::string& name) {
  const TensorInfo* tensor = weights.find(name);
  if (tensor == nullptr || tensor->shape.rank() != 4) {
    fail(ErrorKind::kInvalidData, "{}: expected a tensor '{}' with 4 dimensions, found {}",
         weights.description(), name, tensor == nullptr ? "none" : tensor->shape.to_string());
  }
  return tensor->shape[0];
}

void check_config(const DptConfig& config, const WeightFile& weights) {
  const auto require = [&](bool right, std::string_view expected, std::int64_t found) {
    if (!right) {
      fail(ErrorKind::kInvalidData, "{}: expected {}, found {}", weights.description(), expected,
           found);
    }
  };
  for (const std::int64_t channels : config.neck) {
    require(channels >= 1, "reassembled layers of at least 1 channel", channels);
  }
  const std::int64_t features = config.features;
  require(features >= 2 && features % 2 == 0, "an even number of fused channels", features);
  require(config.head_hidden >= 1, "at least 1 hidden channel of the head", config.head_hidden);
}

std::string refinenet(int index) { return fmt::format("{}.refinenet{}", kScratch, index + 1); }

void describe_fusion(std::int64_t features, int index, Manifest& manifest) {
  const std::string name = refinenet(index);
  const Shape conv3{features, features, 3, 3};
  for (const char* unit : {".resConfUnit1", ".resConfUnit2"}) {
    for (const char* conv : {".conv1", ".conv2"}) {
      const std::string layer = name + unit + conv;
      const bool unused = index == 3 && std::string_view(unit) == ".resConfUnit1";
      if (unused) {
        manifest.allow(layer + ".weight", conv3);
        manifest.allow(layer + ".bias", {features});
      } else {
        manifest.require_layer(layer, conv3, features);
      }
    }
  }
  manifest.require_layer(name + ".out_conv", {features, features, 1, 1}, features);
}

}  // namespace

DptConfig dpt_config(const WeightFile& weights, std::int64_t encoder_width) {
  DptConfig config;
  config.encoder_width = encoder_width;
  for (std::size_t i = 0; i < 4; ++i) {
    config.neck[i] = first_extent(weights, fmt::format("depth_head.projects.{}.weight", i));
  }
  config.features = first_extent(weights, kScratch + ".layer1_rn.weight");
  config.head_hidden = first_extent(weights, kScratch + ".output_conv2.0.weight");
  check_config(config, weights);
  return config;
}

void describe_dpt(const DptConfig& config, Manifest& manifest) {
  const auto& c = config.neck;
  const std::int64_t f = config.features;
  for (std::size_t i = 0; i < 4; ++i) {
    manifest.require_layer(fmt::format("depth_head.projects.{}", i),
                           {c[i], config.encoder_width, 1, 1}, c[i]);
  }
  manifest.require_layer("depth_head.resize_layers.0", {c[0], c[0], 4, 4}, c[0]);
  manifest.require_layer("depth_head.resize_layers.1", {c[1], c[1], 2, 2}, c[1]);
  manifest.require_layer("depth_head.resize_layers.3", {c[3], c[3], 3, 3}, c[3]);
  for (std::size_t i = 0; i < 4; ++i) {
    manifest.require(fmt::format("{}.layer{}_rn.weight", kScratch, i + 1), {f, c[i], 3, 3});
  }
  for (int i = 0; i < 4; ++i) describe_fusion(f, i, manifest);
  manifest.require_layer(kScratch + ".output_conv1", {f / 2, f, 3, 3}, f / 2);
  manifest.require_layer(kScratch + ".output_conv2.0", {config.head_hidden, f / 2, 3, 3},
                         config.head_hidden);
  manifest.require_layer(kScratch + ".output_conv2.2", {1, config.head_hidden, 1, 1}, 1);
}

Dpt::Dpt(const LayerReader& reader)
    : upsample4_(reader.conv_transpose2d("depth_head.resize_layers.0")),
      upsample2_(reader.conv_transpose2d("depth_head.resize_layers.1")),
      downsample2_(reader.conv2d("depth_head.resize_layers.3", 2)),
      head1_(reader.conv2d(kScratch + ".output_conv1")),
      head2_(reader.conv2d(kScratch + ".output_conv2.0")),
      head3_(reader.conv2d(kScratch + ".output_conv2.2")) {
  for (std::size_t i = 0; i < 4; ++i) {
    projects_[i] = reader.conv2d(fmt::format("depth_head.projects.{}", i));
    adapters_[i] = reader.conv2d(fmt::format("{}.layer{}_rn", kScratch, i + 1));
    fusion_[i] = read_fusion(reader, static_cast<int>(i));
  }
}

Dpt::ResidualUnit Dpt::read_unit(const LayerReader& reader, const std::string& name) {
  return {.conv1 = reader.conv2d(name + ".conv1"), .conv2 = reader.conv2d(name + ".conv2")};
}

Dpt::FusionBlock Dpt::read_fusion(const LayerReader& reader, int index) {
  const std::string name = refinenet(index);
  FusionBlock block;
  if (index != 3) block.lateral_unit = read_unit(reader, name + ".resConfUnit1");
  block.unit = read_unit(reader, name + ".resConfUnit2");
  block.output = reader.conv2d(name + ".out_conv");
  return block;
}

/// The published order of a fusion block's end is resize, then 1×1 convolution; both are linear and
/// the resize's weights sum to one, so they commute exactly, and the convolution is done on the
/// smaller map.
FeatureMap Dpt::forward(Session& session, std::array<FeatureMap, 4> features,
                        const Prompting& prompting, const FeatureMap& prompt, std::int64_t height,
                        std::int64_t width) const {
  std::array<FeatureMap, 4> layers;
  for (std::size_t i = 0; i < 4; ++i) {
    layers[i] = reassemble(session, i, std::move(features[i]));
    session.finish_stage(fmt::format("layer{}_rn", i + 1), layers[i]);
  }

  FeatureMap path = std::move(layers[3]);
  for (int i = 3; i >= 0; --i) {
    const auto level = static_cast<std::size_t>(i);
    const FeatureShape target = i > 0 ? layers[level - 1].shape() : path.shape();
    const std::int64_t scale = i > 0 ? 1 : 2;
    FeatureMap lateral = i < 3 ? std::move(layers[level]) : FeatureMap();
    path = refine(session, fusion_[level], std::move(path), std::move(lateral));
    path = prompting.in_fusion_block(session, level, std::move(path), prompt);
    path = session.conv2d(path, *fusion_[level].output, {});
    path = session.resize_bilinear(path, scale * target.h, scale * target.w,
                                   PixelAlignment::kCornersAlign);
    session.finish_stage(fmt::format("path{}", i + 1), path);
  }

  path = session.conv2d(path, *head1_, {});
  session.finish_stage("output_conv1", path);
  path = session.resize_bilinear(path, height, width, PixelAlignment::kCornersAlign);
  path = session.conv2d(path, *head2_, {.nonlinearity = Nonlinearity::kRelu});
  path =
      session.conv2d(path, *head3_, {.nonlinearity = Nonlinearity::kSigmoid, .f32_output = true});
  session.finish_stage("normalized_depth", path);
  return path;
}

/// Tokens to a pyramid level of F channels: 1×1 projection, resampling by 4, 2, 1 or 1/2, 3×3
/// adapter.
FeatureMap Dpt::reassemble(Session& session, std::size_t layer, FeatureMap feature) const {
  feature = session.conv2d(feature, *projects_[layer], {});
  if (layer == 0) feature = session.conv_transpose2d(feature, *upsample4_);
  if (layer == 1) feature = session.conv_transpose2d(feature, *upsample2_);
  if (layer == 3) feature = session.conv2d(feature, *downsample2_, {});
  return session.conv2d(feature, *adapters_[layer], {});
}

FeatureMap Dpt::run_unit(Session& session, const ResidualUnit& unit, FeatureMap x) {
  const FeatureMap inner =
      session.conv2d(x, *unit.conv1, {.relu_input = true, .nonlinearity = Nonlinearity::kRelu});
  return session.conv2d(inner, *unit.conv2, {.residual = std::move(x)});
}

/// The residual units of a fusion block.
FeatureMap Dpt::refine(Session& session, const FusionBlock& block, FeatureMap path,
                       FeatureMap lateral) {
  if (block.lateral_unit) {
    path = session.add(std::move(path), run_unit(session, *block.lateral_unit, std::move(lateral)));
  }
  return run_unit(session, block.unit, std::move(path));
}

}  // namespace promptdepth
