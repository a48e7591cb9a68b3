#include "promptdepth/backend/cpu/cpu_session.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "promptdepth/backend/cpu/elementwise.h"
#include "promptdepth/backend/cpu/layer_norm.h"
#include "promptdepth/backend/cpu/product.h"
#include "promptdepth/backend/cpu/propagate.h"
#include "promptdepth/backend/cpu/rearrange.h"
#include "promptdepth/backend/interpolation.h"
#include "promptdepth/base/error.h"

namespace promptdepth::cpu {
namespace {

/// The layer as this backend made it.
template <typename Own, typename Layer>
const Own& own(const Layer& layer) {
  const auto* result = dynamic_cast<const Own*>(&layer);
  PD_CHECK(result != nullptr);  // A layer that another backend has prepared.
  return *result;
}

FeatureShape with_channels(FeatureShape shape, std::int64_t channels) {
  shape.c = channels;
  return shape;
}

}  // namespace

FeatureMap CpuSession::bytes(std::size_t count) {
  return make({1, 1, 1, static_cast<std::int64_t>(count / sizeof(float) + 1)}, DType::kF32);
}

FeatureMap CpuSession::as(DType dtype, const FeatureMap& x) {
  if (x.dtype() == dtype) return x;
  FeatureMap result = make(x.shape(), dtype);
  convert(values(x), values(result), x.shape().element_count());
  return result;
}

FeatureMap CpuSession::writable(FeatureMap residual, const FeatureShape& shape) {
  PD_CHECK(residual.shape() == shape);
  if (residual.unique()) return residual;
  FeatureMap copy = make(shape, residual.dtype());
  convert(values(residual), values(copy), shape.element_count());
  return copy;
}

FeatureMap CpuSession::target(FeatureMap residual, const FeatureShape& shape, DType dtype) {
  return residual ? writable(std::move(residual), shape) : make(shape, dtype);
}

void CpuSession::multiply(const PackedProduct& layer, const FeatureMap& x, const FeatureMap& out,
                          const Epilogue& epilogue) {
  const std::int64_t rows = x.shape().row_count();
  const FeatureMap workspace = bytes(product_workspace_bytes(layer, rows));
  cpu::multiply(executor_, layer, rows, values(x).data, values(out), epilogue,
                static_cast<std::byte*>(values(workspace).data));
}

FeatureMap CpuSession::upload(std::span<const float> source, FeatureShape shape) {
  PD_CHECK(static_cast<std::int64_t>(source.size()) == shape.element_count());
  FeatureMap result = make(shape, DType::kF32);
  std::memcpy(values(result).data, source.data(), source.size_bytes());
  return result;
}

void CpuSession::download(const FeatureMap& x, std::span<float> target) {
  PD_CHECK(static_cast<std::int64_t>(target.size()) == x.shape().element_count());
  convert(values(x), {target.data(), DType::kF32}, x.shape().element_count());
}

FeatureMap CpuSession::patch_embed(const FeatureMap& image, const PatchEmbed& layer) {
  const auto& embed = own<CpuPatchEmbed>(layer);
  const FeatureShape& shape = image.shape();
  PD_CHECK(shape.c == 3 && shape.h % embed.patch == 0 && shape.w % embed.patch == 0);
  const FeatureShape grid = {shape.n, shape.h / embed.patch, shape.w / embed.patch,
                             embed.product.in()};
  const FeatureMap patches = make(grid, storage_);
  unfold_patches(values(image), shape, embed.patch, embed.mean, embed.inverse_std, values(patches));
  FeatureMap result = make(with_channels(grid, embed.product.out()), DType::kF32);
  multiply(embed.product, patches, result, {});
  return result;
}

const std::vector<float>& CpuSession::position_table(const CpuPositionEmbedding& layer,
                                                     const FeatureShape& patches) {
  const PositionKey key = {&layer, patches.h, patches.w};
  const auto found = position_tables_.find(key);
  if (found != position_tables_.end()) return found->second;
  std::vector<float> table = resample_position_embedding(layer.weights.position, patches.h,
                                                         patches.w, layer.weights.convention);
  for (std::size_t i = 0; i < layer.class_token.size(); ++i) table[i] += layer.class_token[i];
  return position_tables_.emplace(key, std::move(table)).first->second;
}

FeatureMap CpuSession::embed_positions(const FeatureMap& patches, const PositionEmbedding& layer) {
  const auto& embedding = own<CpuPositionEmbedding>(layer);
  const FeatureShape& in = patches.shape();
  PD_CHECK(in.c == static_cast<std::int64_t>(embedding.class_token.size()));
  const std::vector<float>& table = position_table(embedding, in);
  const std::int64_t patch_values = in.h * in.w * in.c;
  FeatureMap result = make({in.n, 1, 1 + in.h * in.w, in.c}, DType::kF32);
  for (std::int64_t image = 0; image < in.n; ++image) {
    const Values tokens = values(result).offset_by(image * (in.c + patch_values));
    std::memcpy(tokens.data, table.data(), static_cast<std::size_t>(in.c) * sizeof(float));
    cpu::add(values(patches).offset_by(image * patch_values),
             ConstValues(table.data() + in.c, DType::kF32), 1.0F, tokens.offset_by(in.c),
             patch_values);
  }
  return result;
}

FeatureMap CpuSession::linear(const FeatureMap& x, const Linear& layer, LinearOptions options) {
  const auto& product = own<CpuLinear>(layer).product;
  PD_CHECK(x.shape().c == product.in());
  const FeatureMap in = as_storage(x);
  const Epilogue epilogue = {options.nonlinearity, static_cast<bool>(options.residual)};
  FeatureMap result =
      target(std::move(options.residual), with_channels(x.shape(), product.out()), storage_);
  multiply(product, in, result, epilogue);
  return result;
}

FeatureMap CpuSession::layer_norm(const FeatureMap& x, const LayerNorm& layer) {
  const auto& norm = own<CpuLayerNorm>(layer);
  PD_CHECK(x.shape().c == static_cast<std::int64_t>(norm.weight.size()));
  FeatureMap result = make(x.shape(), storage_);
  cpu::layer_norm(values(x), norm.weight.data(), norm.bias.data(), norm.epsilon,
                  x.shape().row_count(), x.shape().c, values(result));
  return result;
}

FeatureMap CpuSession::layer_norm_patches(const FeatureMap& tokens, const LayerNorm& layer,
                                          std::int64_t patch_rows, std::int64_t patch_columns) {
  const auto& norm = own<CpuLayerNorm>(layer);
  const FeatureShape& in = tokens.shape();
  const std::int64_t patches = patch_rows * patch_columns;
  PD_CHECK(in.c == static_cast<std::int64_t>(norm.weight.size()));
  PD_CHECK(in.h == 1 && in.w == 1 + patches);
  FeatureMap result = make({in.n, patch_rows, patch_columns, in.c}, storage_);
  for (std::int64_t image = 0; image < in.n; ++image) {
    cpu::layer_norm(values(tokens).offset_by((image * in.w + 1) * in.c), norm.weight.data(),
                    norm.bias.data(), norm.epsilon, patches, in.c,
                    values(result).offset_by(image * patches * in.c));
  }
  return result;
}

FeatureMap CpuSession::attention(const FeatureMap& qkv, int heads) {
  const FeatureShape& in = qkv.shape();
  PD_CHECK(heads > 0 && in.h == 1 && in.c % (std::int64_t{3} * heads) == 0);
  const AttentionShape shape = {
      .images = in.n, .tokens = in.w, .heads = heads, .head_width = in.c / 3 / heads};
  const FeatureMap rows = as_storage(qkv);
  FeatureMap result = make(with_channels(in, in.c / 3), storage_);
  const AttentionKernel& kernel = choose_attention_(storage_, shape.head_width);
  const FeatureMap workspace = bytes(attention_workspace_bytes(shape, kernel));
  cpu::attention(shape, kernel, values(rows).data, storage_,
                 static_cast<std::byte*>(values(workspace).data), values(result).data);
  return result;
}

FeatureMap CpuSession::swiglu(const FeatureMap& x) {
  PD_CHECK(x.shape().c % 2 == 0);
  FeatureMap result = make(with_channels(x.shape(), x.shape().c / 2), storage_);
  cpu::swiglu(values(x), values(result), x.shape().row_count(), x.shape().c / 2);
  return result;
}

FeatureMap CpuSession::conv2d(const FeatureMap& x, const Conv2d& layer, Conv2dOptions options) {
  const auto& conv = own<CpuConv2d>(layer);
  const FeatureShape shape = conv.geometry.output_shape(x.shape());
  PD_CHECK(x.shape().c == conv.geometry.in && shape.h > 0 && shape.w > 0);
  FeatureMap in;
  if (options.relu_input) {
    in = make(x.shape(), storage_);
    relu(values(x), values(in), x.shape().element_count());
  } else {
    in = as_storage(x);
  }
  const Epilogue epilogue = {options.nonlinearity, static_cast<bool>(options.residual)};
  if (options.residual && options.f32_output) {
    options.residual = as(DType::kF32, std::exchange(options.residual, {}));
  }
  FeatureMap result =
      target(std::move(options.residual), shape, options.f32_output ? DType::kF32 : storage_);
  if (conv.product) {
    multiply(*conv.product, in, result, epilogue);
  } else {
    executor_.convolve(*conv.convolution, x.shape(), values(in).data, values(result), epilogue);
  }
  return result;
}

FeatureMap CpuSession::conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) {
  const auto& transposed = own<CpuConvTranspose2d>(layer);
  const FeatureShape& in = x.shape();
  PD_CHECK(in.c == transposed.product.in());
  const FeatureMap rows = as_storage(x);
  const FeatureMap columns = make(with_channels(in, transposed.product.out()), storage_);
  multiply(transposed.product, rows, columns, {});
  return depth_to_space(columns, static_cast<int>(transposed.kernel), in.h * transposed.kernel,
                        in.w * transposed.kernel);
}

const ResizePlan& CpuSession::resize_plan(const FeatureShape& in, std::int64_t height,
                                          std::int64_t width, PixelAlignment alignment) {
  const ResizeKey key = {in.h, in.w, height, width, in.c, alignment};
  const auto found = resize_plans_.find(key);
  if (found != resize_plans_.end()) return found->second;
  return resize_plans_
      .emplace(std::piecewise_construct, std::forward_as_tuple(key),
               std::forward_as_tuple(in.h, in.w, height, width, in.c, alignment))
      .first->second;
}

FeatureMap CpuSession::resize_bilinear(const FeatureMap& x, std::int64_t height, std::int64_t width,
                                       PixelAlignment alignment) {
  const FeatureShape& in = x.shape();
  FeatureMap result = make({in.n, height, width, in.c}, x.dtype());
  cpu::resize_bilinear(resize_plan(in, height, width, alignment), values(x), values(result), in.n);
  return result;
}

FeatureMap CpuSession::space_to_depth(const FeatureMap& x, int block) {
  PD_CHECK(block > 0);
  const FeatureShape& in = x.shape();
  FeatureMap result =
      make({in.n, (in.h + block - 1) / block, (in.w + block - 1) / block, in.c * block * block},
           x.dtype());
  cpu::space_to_depth(values(x), in, block, values(result));
  return result;
}

FeatureMap CpuSession::depth_to_space(const FeatureMap& x, int block, std::int64_t height,
                                      std::int64_t width) {
  const FeatureShape& in = x.shape();
  PD_CHECK(block > 0 && in.c % (std::int64_t{block} * block) == 0);
  PD_CHECK(height > (in.h - 1) * block && height <= in.h * block);
  PD_CHECK(width > (in.w - 1) * block && width <= in.w * block);
  FeatureMap result = make({in.n, height, width, in.c / block / block}, x.dtype());
  cpu::depth_to_space(values(x), block, result.shape(), values(result));
  return result;
}

FeatureMap CpuSession::concat(std::span<const FeatureMap> parts) {
  PD_CHECK(!parts.empty());
  FeatureShape shape = with_channels(parts[0].shape(), 0);
  for (const FeatureMap& part : parts) {
    PD_CHECK(with_channels(part.shape(), 0) == with_channels(shape, 0));
    shape.c += part.shape().c;
  }
  FeatureMap result = make(shape, storage_);
  std::int64_t offset = 0;
  for (const FeatureMap& part : parts) {
    place_channels(values(part), part.shape().c, shape.row_count(), values(result), offset,
                   shape.c);
    offset += part.shape().c;
  }
  return result;
}

FeatureMap CpuSession::add(FeatureMap x, const FeatureMap& y, float scale) {
  PD_CHECK(x.shape() == y.shape());
  FeatureMap result = x.unique() ? x : make(x.shape(), x.dtype());
  cpu::add(values(x), values(y), scale, values(result), x.shape().element_count());
  return result;
}

FeatureMap CpuSession::propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) {
  PD_CHECK(x.shape().c == 1 && logits.shape() == with_channels(x.shape(), kTaps));
  PD_CHECK(dilation >= 1 && dilation <= kMostDilation);
  FeatureMap result = make(x.shape(), DType::kF32);
  cpu::propagate(values(as(DType::kF32, x)), values(logits), x.shape(), dilation, values(result));
  return result;
}

std::size_t CpuSession::allocated_bytes() const {
  std::size_t bytes = pool_.arena().committed_bytes() + executor_.allocated_bytes();
  for (const auto& [key, table] : position_tables_) bytes += table.size() * sizeof(float);
  for (const auto& [key, plan] : resize_plans_) bytes += plan.table_bytes();
  return bytes;
}

}  // namespace promptdepth::cpu
