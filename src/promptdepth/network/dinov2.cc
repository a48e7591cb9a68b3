#include "promptdepth/network/dinov2.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr std::int64_t kHeadWidth = 64;

std::string block_name(std::int64_t index, const std::string& encoder = "pretrained") {
  return fmt::format("{}.blocks.{}", encoder, index);
}

const TensorInfo& required(const WeightFile& weights, const std::string& name, std::size_t rank) {
  const TensorInfo* tensor = weights.find(name);
  if (tensor == nullptr) {
    fail(ErrorKind::kInvalidData, "{}: expected a tensor '{}', found none", weights.description(),
         name);
  }
  if (tensor->shape.rank() != rank) {
    fail(ErrorKind::kInvalidData, "{}: expected '{}' with {} dimensions, found {}",
         weights.description(), name, rank, tensor->shape.to_string());
  }
  return *tensor;
}

std::int64_t count_blocks(const WeightFile& weights) {
  std::int64_t count = 0;
  while (weights.find(block_name(count) + ".norm1.weight") != nullptr) ++count;
  return count;
}

std::int64_t square_root(std::int64_t square) {
  return std::llround(std::sqrt(static_cast<double>(std::max<std::int64_t>(square, 0))));
}

void check_config(const Dinov2Config& config, std::int64_t position_rows,
                  const WeightFile& weights) {
  const auto complain = [&](const std::string& what) {
    fail(ErrorKind::kInvalidData, "{}: {}", weights.description(), what);
  };
  if (config.width <= 0 || config.width % kHeadWidth != 0) {
    complain(fmt::format("expected a token width that is a multiple of {}, found {}", kHeadWidth,
                         config.width));
  }
  if (config.depth < 4) complain(fmt::format("expected at least 4 blocks, found {}", config.depth));
  if (config.patch_px < 1)
    complain(fmt::format("expected a patch of at least 1 pixel, found {}", config.patch_px));
  if (config.position_grid < 1 ||
      config.position_grid * config.position_grid + 1 != position_rows) {
    complain(fmt::format(
        "expected a position embedding of a square grid and a class token, found {} rows",
        position_rows));
  }
}

}  // namespace

std::array<std::int64_t, 4> Dinov2Config::tapped_blocks() const {
  if (depth == 24) return {4, 11, 17, 23};
  return {depth / 4 - 1, depth / 2 - 1, 3 * depth / 4 - 1, depth - 1};
}

Dinov2Config dinov2_config(const WeightFile& weights) {
  const Shape patch = required(weights, "pretrained.patch_embed.proj.weight", 4).shape;
  const Shape position = required(weights, "pretrained.pos_embed", 3).shape;
  Dinov2Config config;
  config.width = patch[0];
  config.patch_px = patch[2];
  config.depth = count_blocks(weights);
  config.position_grid = square_root(position[1] - 1);
  check_config(config, position[1], weights);
  if (const TensorInfo* w12 = weights.find(block_name(0) + ".mlp.w12.weight"); w12 != nullptr) {
    config.feed_forward = FeedForward::kSwiGlu;
    config.hidden = required(weights, w12->name, 2).shape[0] / 2;
  } else {
    config.hidden = required(weights, block_name(0) + ".mlp.fc1.weight", 2).shape[0];
  }
  return config;
}

void describe_positions(const Dinov2Config& config, const std::string& name, Manifest& manifest) {
  const std::int64_t rows = 1 + config.position_grid * config.position_grid;
  manifest.require(name + ".cls_token", {1, 1, config.width});
  manifest.require(name + ".pos_embed", {1, rows, config.width});
}

void describe_dinov2(const Dinov2Config& config, Manifest& manifest, const std::string& name) {
  const std::int64_t d = config.width;
  const std::int64_t p = config.patch_px;
  describe_positions(config, name, manifest);
  manifest.require_layer(name + ".patch_embed.proj", {d, 3, p, p}, d);
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string block = block_name(i, name);
    manifest.require_layer(block + ".norm1", {d}, d);
    manifest.require_layer(block + ".attn.qkv", {3 * d, d}, 3 * d);
    manifest.require_layer(block + ".attn.proj", {d, d}, d);
    manifest.require(block + ".ls1.gamma", {d});
    manifest.require_layer(block + ".norm2", {d}, d);
    if (config.feed_forward == FeedForward::kSwiGlu) {
      manifest.require_layer(block + ".mlp.w12", {2 * config.hidden, d}, 2 * config.hidden);
      manifest.require_layer(block + ".mlp.w3", {d, config.hidden}, d);
    } else {
      manifest.require_layer(block + ".mlp.fc1", {config.hidden, d}, config.hidden);
      manifest.require_layer(block + ".mlp.fc2", {d, config.hidden}, d);
    }
    manifest.require(block + ".ls2.gamma", {d});
  }
  manifest.require_layer(name + ".norm", {d}, d);
}

Dinov2::Dinov2(const Dinov2Config& config, const LayerReader& reader, const std::string& name)
    : config_(config),
      patch_embed_(reader.patch_embed(name + ".patch_embed.proj")),
      position_(
          reader.position_embedding(name + ".cls_token", name + ".pos_embed", config.position)),
      norm_(reader.layer_norm(name + ".norm")) {
  for (std::int64_t i = 0; i < config.depth; ++i) {
    blocks_.push_back(read_block(reader, block_name(i, name)));
  }
}

Dinov2::Block Dinov2::read_block(const LayerReader& reader, const std::string& name) const {
  const bool swiglu = config_.feed_forward == FeedForward::kSwiGlu;
  return {.norm1 = reader.layer_norm(name + ".norm1"),
          .qkv = reader.linear(name + ".attn.qkv"),
          .projection = reader.scaled_linear(name + ".attn.proj", name + ".ls1.gamma"),
          .norm2 = reader.layer_norm(name + ".norm2"),
          .feed_in = reader.linear(name + (swiglu ? ".mlp.w12" : ".mlp.fc1")),
          .feed_out =
              reader.scaled_linear(name + (swiglu ? ".mlp.w3" : ".mlp.fc2"), name + ".ls2.gamma")};
}

std::array<FeatureMap, 4> Dinov2::forward(Session& session, const FeatureMap& image,
                                          const Prompting& prompting,
                                          const FeatureMap& prompt) const {
  const std::int64_t patch_rows = image.shape().h / config_.patch_px;
  const std::int64_t patch_columns = image.shape().w / config_.patch_px;
  const std::array<std::int64_t, 4> taps = config_.tapped_blocks();

  FeatureMap patches = session.patch_embed(image, *patch_embed_);
  patches = prompting.after_patch_embed(session, std::move(patches), prompt);
  session.finish_stage("patch_embed", patches);
  FeatureMap tokens = session.embed_positions(patches, *position_);
  patches = {};

  std::array<FeatureMap, 4> features;
  std::size_t next_tap = 0;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    tokens = run_block(session, i, std::move(tokens), prompting, prompt);
    session.finish_stage(fmt::format("block{}", i), tokens);
    if (next_tap < taps.size() && static_cast<std::int64_t>(i) == taps[next_tap]) {
      features[next_tap] = session.layer_norm_patches(tokens, *norm_, patch_rows, patch_columns);
      session.finish_stage(fmt::format("feature{}", next_tap + 1), features[next_tap]);
      ++next_tap;
    }
  }
  return features;
}

/// x += γ1·Proj(MHSA(LN1(x))); x += γ2·FFN(LN2(x)).
FeatureMap Dinov2::run_block(Session& session, std::size_t index, FeatureMap tokens,
                             const Prompting& prompting, const FeatureMap& prompt) const {
  const Block& block = blocks_[index];
  FeatureMap normed = session.layer_norm(tokens, *block.norm1);
  normed =
      prompting.after_norm(session, index, BlockNorm::kBeforeAttention, std::move(normed), prompt);
  tokens = attend(session, block, std::move(normed), std::move(tokens));
  tokens = prompting.after_attention(session, index, std::move(tokens), prompt);

  normed = session.layer_norm(tokens, *block.norm2);
  normed = prompting.after_norm(session, index, BlockNorm::kBeforeFeedForward, std::move(normed),
                                prompt);
  return feed_forward(session, block, std::move(normed), std::move(tokens));
}

FeatureMap Dinov2::attend(Session& session, const Block& block, FeatureMap normed,
                          FeatureMap tokens) const {
  FeatureMap qkv = session.linear(normed, *block.qkv, {});
  normed = {};
  const FeatureMap attended = session.attention(qkv, config_.heads());
  qkv = {};
  return session.linear(attended, *block.projection, {.residual = std::move(tokens)});
}

FeatureMap Dinov2::feed_forward(Session& session, const Block& block, FeatureMap normed,
                                FeatureMap tokens) const {
  FeatureMap hidden;
  if (config_.feed_forward == FeedForward::kSwiGlu) {
    hidden = session.swiglu(session.linear(normed, *block.feed_in, {}));
  } else {
    hidden = session.linear(normed, *block.feed_in, {.nonlinearity = Nonlinearity::kGelu});
  }
  normed = {};
  return session.linear(hidden, *block.feed_out, {.residual = std::move(tokens)});
}

}  // namespace promptdepth
