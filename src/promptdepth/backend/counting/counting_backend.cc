#include "promptdepth/backend/counting/counting_backend.h"

#include <algorithm>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

struct CountedLinear : Linear {
  std::int64_t outputs = 0;
};
struct CountedNorm : LayerNorm {};
struct CountedConv : Conv2d {
  std::int64_t outputs = 0;
  std::int64_t kernel = 0;
  std::int64_t stride = 1;
  std::int64_t padding = 0;
};
struct CountedTranspose : ConvTranspose2d {
  std::int64_t outputs = 0;
  std::int64_t kernel = 0;
};
struct CountedPatchEmbed : PatchEmbed {
  std::int64_t outputs = 0;
  std::int64_t patch = 0;
};
struct CountedPosition : PositionEmbedding {};

/// Stands for every map: there are no values to hold.
class NoBuffer : public FeatureBuffer {
 public:
  void recycle() override {}
};

class CountingSession : public Session {
 public:
  double flop() const { return flop_; }

  FeatureMap upload(std::span<const float> /*values*/, FeatureShape shape) override {
    return map(shape);
  }

  void download(const FeatureMap& /*x*/, std::span<float> /*values*/) override {
    fail(ErrorKind::kUnsupported, "the counting backend computes no values");
  }

  FeatureMap patch_embed(const FeatureMap& image, const PatchEmbed& layer) override {
    const auto& l = static_cast<const CountedPatchEmbed&>(layer);
    const FeatureShape in = image.shape();
    PD_CHECK(in.h % l.patch == 0 && in.w % l.patch == 0 && in.c == 3);
    const FeatureShape out{in.n, in.h / l.patch, in.w / l.patch, l.outputs};
    return product(out, 3 * l.patch * l.patch);
  }

  FeatureMap embed_positions(const FeatureMap& patches,
                             const PositionEmbedding& /*layer*/) override {
    const FeatureShape in = patches.shape();
    return map({in.n, 1, 1 + in.h * in.w, in.c});
  }

  FeatureMap linear(const FeatureMap& x, const Linear& layer, LinearOptions /*options*/) override {
    FeatureShape out = x.shape();
    out.c = static_cast<const CountedLinear&>(layer).outputs;
    return product(out, x.shape().c);
  }

  FeatureMap layer_norm(const FeatureMap& x, const LayerNorm& /*layer*/) override {
    return map(x.shape());
  }

  FeatureMap layer_norm_patches(const FeatureMap& tokens, const LayerNorm& /*layer*/,
                                std::int64_t patch_rows, std::int64_t patch_columns) override {
    PD_CHECK(tokens.shape().w == 1 + patch_rows * patch_columns);
    return map({tokens.shape().n, patch_rows, patch_columns, tokens.shape().c});
  }

  FeatureMap attention(const FeatureMap& qkv, int /*heads*/) override {
    FeatureShape out = qkv.shape();
    out.c /= 3;
    return product(out, 2 * out.w);  // Scores and their product with the values, each t per output.
  }

  FeatureMap swiglu(const FeatureMap& x) override {
    FeatureShape out = x.shape();
    out.c /= 2;
    return map(out);
  }

  FeatureMap conv2d(const FeatureMap& x, const Conv2d& layer, Conv2dOptions /*options*/) override {
    const auto& l = static_cast<const CountedConv&>(layer);
    const FeatureShape in = x.shape();
    const auto extent = [&](std::int64_t size) {
      return (size + 2 * l.padding - l.kernel) / l.stride + 1;
    };
    return product({in.n, extent(in.h), extent(in.w), l.outputs}, in.c * l.kernel * l.kernel);
  }

  FeatureMap conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) override {
    const auto& l = static_cast<const CountedTranspose&>(layer);
    const FeatureShape in = x.shape();
    return product({in.n, in.h * l.kernel, in.w * l.kernel, l.outputs}, in.c);
  }

  FeatureMap resize_bilinear(const FeatureMap& x, std::int64_t height, std::int64_t width,
                             PixelAlignment /*alignment*/) override {
    return map({x.shape().n, height, width, x.shape().c});
  }

  FeatureMap space_to_depth(const FeatureMap& x, int block) override {
    const FeatureShape in = x.shape();
    return map(
        {in.n, (in.h + block - 1) / block, (in.w + block - 1) / block, in.c * block * block});
  }

  FeatureMap depth_to_space(const FeatureMap& x, int block, std::int64_t height,
                            std::int64_t width) override {
    return map(
        {x.shape().n, height, width, x.shape().c / (static_cast<std::int64_t>(block) * block)});
  }

  FeatureMap concat(std::span<const FeatureMap> parts) override {
    FeatureShape out = parts[0].shape();
    for (const FeatureMap& part : parts.subspan(1)) out.c += part.shape().c;
    return map(out);
  }

  FeatureMap add(FeatureMap x, const FeatureMap& y, float /*scale*/) override {
    PD_CHECK(x.shape() == y.shape());
    return x;
  }

  FeatureMap propagate(const FeatureMap& x, const FeatureMap& logits, int /*dilation*/) override {
    PD_CHECK(logits.shape().row_count() == x.shape().row_count());
    return product(x.shape(), logits.shape().c);
  }

  std::size_t allocated_bytes() const override { return 0; }

 private:
  FeatureMap map(FeatureShape shape) { return {shape, DType::kF32, &buffer_}; }

  FeatureMap product(FeatureShape out, std::int64_t multiply_adds_per_output) {
    flop_ += 2.0 * static_cast<double>(out.element_count()) *
             static_cast<double>(multiply_adds_per_output);
    return map(out);
  }

  NoBuffer buffer_;
  double flop_ = 0.0;
};

class ShapesOnly : public WeightFile {
 public:
  ShapesOnly(std::vector<TensorInfo> tensors, std::map<std::string, std::string> metadata)
      : tensors_(std::move(tensors)), metadata_(std::move(metadata)) {
    std::sort(tensors_.begin(), tensors_.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  const std::vector<TensorInfo>& tensors() const override { return tensors_; }
  const std::map<std::string, std::string>& metadata() const override { return metadata_; }
  std::string description() const override { return "the shapes of a model"; }

  HostTensor read(std::string_view name) const override {
    static const std::byte nothing{};
    const TensorInfo* tensor = find(name);
    PD_CHECK(tensor != nullptr);
    return {tensor->dtype, tensor->shape,
            std::shared_ptr<const std::byte>(std::shared_ptr<void>(), &nothing)};
  }

 private:
  std::vector<TensorInfo> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace

LinearPtr CountingBackend::prepare(const LinearWeights& weights) {
  auto layer = std::make_shared<CountedLinear>();
  layer->outputs = weights.weight.shape()[0];
  return layer;
}

LayerNormPtr CountingBackend::prepare(const LayerNormWeights& /*weights*/) {
  return std::make_shared<CountedNorm>();
}

Conv2dPtr CountingBackend::prepare(const Conv2dWeights& weights) {
  auto layer = std::make_shared<CountedConv>();
  layer->outputs = weights.weight.shape()[0];
  layer->kernel = weights.weight.shape()[2];
  layer->stride = weights.stride;
  layer->padding = weights.padding;
  return layer;
}

ConvTranspose2dPtr CountingBackend::prepare(const ConvTranspose2dWeights& weights) {
  auto layer = std::make_shared<CountedTranspose>();
  layer->outputs = weights.weight.shape()[1];
  layer->kernel = weights.weight.shape()[2];
  return layer;
}

PatchEmbedPtr CountingBackend::prepare(const PatchEmbedWeights& weights) {
  auto layer = std::make_shared<CountedPatchEmbed>();
  layer->outputs = weights.weight.shape()[0];
  layer->patch = weights.weight.shape()[2];
  return layer;
}

PositionEmbeddingPtr CountingBackend::prepare(const PositionEmbeddingWeights& /*weights*/) {
  return std::make_shared<CountedPosition>();
}

std::unique_ptr<Session> CountingBackend::make_session() {
  return std::make_unique<CountingSession>();
}

double counted_flop(const Session& session) {
  const auto* counting = dynamic_cast<const CountingSession*>(&session);
  PD_CHECK(counting != nullptr);
  return counting->flop();
}

std::unique_ptr<WeightFile> shapes_only(std::vector<TensorInfo> tensors,
                                        std::map<std::string, std::string> metadata) {
  return std::make_unique<ShapesOnly>(std::move(tensors), std::move(metadata));
}

}  // namespace promptdepth
