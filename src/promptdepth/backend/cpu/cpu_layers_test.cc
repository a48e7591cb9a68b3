#include "promptdepth/backend/cpu/cpu_layers.h"

#include <memory>

#include "promptdepth/backend/cpu/product_fixture.h"
#include "promptdepth/base/error.h"

namespace promptdepth::cpu {
namespace {

HostTensor random_tensor(const Shape& shape, std::uint64_t seed) {
  return HostTensor::from_floats(shape, random_values(shape.element_count(), seed));
}

/// The same elements in `dtype`, one byte after an aligned address: as a file may hold them.
HostTensor misaligned(const HostTensor& tensor, DType dtype) {
  const HostTensor stored = promptdepth::convert(tensor, dtype);
  const std::span<const std::byte> bytes = stored.bytes();
  auto memory = std::make_shared<std::vector<std::byte>>(bytes.size() + 64);
  std::copy(bytes.begin(), bytes.end(), memory->begin() + 1);
  return {dtype, tensor.shape(), {memory, memory->data() + 1}};
}

/// The product's matrix [out, in] as packed: what it makes of the rows of a unit matrix.
std::vector<float> matrix_of(const PackedProduct& product) {
  std::vector<float> unit(static_cast<std::size_t>(product.in() * product.in()), 0.0F);
  for (std::int64_t i = 0; i < product.in(); ++i) {
    unit[static_cast<std::size_t>(i * product.in() + i)] = 1.0F;
  }
  Guarded in(product.dtype(), unit);
  Guarded out(DType::kF32, product.in() * product.out());
  Executor executor;
  executor.prepare_tiles(product, product.in(), {});
  EXPECT_EQ(product.chunk_count(), 1);
  executor.multiply_tile(product, 0, product.in(), {}, in.view().data, out.view().data);
  std::vector<float> matrix;
  for (std::int64_t o = 0; o < product.out(); ++o) {
    for (std::int64_t i = 0; i < product.in(); ++i) matrix.push_back(out[i * product.out() + o]);
  }
  return matrix;
}

std::vector<float> bias_of(const PackedProduct& product) {
  return {product.bias(), product.bias() + product.out()};
}

TEST(CpuLinear, LayerScaleIsMultipliedIntoWeightsAndBias) {
  const LinearWeights weights = {.weight = random_tensor({3, 5}, 1),
                                 .bias = HostTensor::from_floats({3}, {1.0F, 2.0F, 3.0F}),
                                 .scale = HostTensor::from_floats({3}, {2.0F, -0.5F, 4.0F})};
  const CpuLinear layer(weights, DType::kF32);
  std::vector<float> expected = weights.weight.to_floats();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i] *= weights.scale.to_floats()[i / 5];
  }
  EXPECT_EQ(matrix_of(layer.product), expected);
  EXPECT_EQ(bias_of(layer.product), (std::vector<float>{2.0F, -1.0F, 12.0F}));
}

TEST(CpuLinear, MissingBiasesAreZero) {
  const LinearWeights weights = {.weight = random_tensor({3, 5}, 1),
                                 .scale = HostTensor::filled({3}, 2.0F)};
  EXPECT_EQ(bias_of(CpuLinear(weights, DType::kF32).product), std::vector<float>(3, 0.0F));
}

TEST(CpuLinear, RefusesAScaleOfAnotherLength) {
  const LinearWeights weights = {.weight = random_tensor({3, 5}, 1),
                                 .bias = HostTensor::filled({3}, 1.0F),
                                 .scale = HostTensor::filled({2}, 2.0F)};
  EXPECT_THROW(CpuLinear(weights, DType::kF32), Error);
}

TEST(CpuLinear, WeightsMayLieAnywhereAndHaveAnyFloatingType) {
  const HostTensor weight = random_tensor({7, 9}, 2);
  for (const DType dtype : supported_types()) {
    const std::vector<float> expected = matrix_of(CpuLinear({.weight = weight}, dtype).product);
    EXPECT_EQ(expected, weight.to_floats());
    for (const DType stored : {DType::kF32, DType::kBF16}) {
      const LinearWeights moved = {.weight = misaligned(weight, stored)};
      EXPECT_EQ(matrix_of(CpuLinear(moved, dtype).product), expected) << name_of(stored);
    }
  }
  const HostTensor halves = HostTensor::from_floats({1, 3}, {0.5F, -1.5F, 2.0F});
  const LinearWeights moved = {.weight = misaligned(halves, DType::kF16)};
  EXPECT_EQ(matrix_of(CpuLinear(moved, DType::kF32).product), halves.to_floats());
}

TEST(CpuConv2d, OneByOneIsAProduct) {
  const Conv2dWeights plain = {.weight = random_tensor({4, 6, 1, 1}, 3)};
  const CpuConv2d layer(plain, DType::kF32);
  ASSERT_TRUE(layer.product.has_value());
  EXPECT_FALSE(layer.convolution.has_value());
  EXPECT_EQ(matrix_of(*layer.product), plain.weight.to_floats());
}

TEST(CpuConv2d, AllOthersAreConvolutions) {
  for (const Conv2dWeights& weights :
       {Conv2dWeights{.weight = random_tensor({4, 6, 3, 3}, 3), .padding = 1},
        Conv2dWeights{.weight = random_tensor({4, 6, 1, 1}, 3), .stride = 2},
        Conv2dWeights{.weight = random_tensor({4, 6, 1, 1}, 3), .padding = 1}}) {
    const CpuConv2d layer(weights, DType::kF32);
    EXPECT_FALSE(layer.product.has_value());
    EXPECT_TRUE(layer.convolution.has_value());
    EXPECT_EQ(layer.geometry.in, 6);
    EXPECT_EQ(layer.geometry.out, 4);
  }
}

TEST(CpuConv2d, RefusesKernelsThatAreNotSquare) {
  EXPECT_THROW(CpuConv2d({.weight = random_tensor({4, 6, 1, 3}, 3)}, DType::kF32), Error);
}

TEST(CpuConvTranspose2d, ColumnsAreTapsThenChannels) {
  const ConvTranspose2dWeights weights = {.weight = random_tensor({3, 5, 2, 2}, 4),
                                          .bias = random_tensor({5}, 5)};
  const CpuConvTranspose2d layer(weights, DType::kF32);
  EXPECT_EQ(layer.kernel, 2);
  EXPECT_EQ(layer.out, 5);
  const std::vector<float> stored = weights.weight.to_floats();
  const std::vector<float> matrix = matrix_of(layer.product);
  for (std::size_t tap = 0; tap < 4; ++tap) {
    for (std::size_t o = 0; o < 5; ++o) {
      EXPECT_EQ(layer.product.bias()[tap * 5 + o], weights.bias.to_floats()[o]);
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(matrix[(tap * 5 + o) * 3 + i], stored[(i * 5 + o) * 4 + tap]);
      }
    }
  }
}

TEST(CpuPatchEmbed, RowsArePixelsThenChannels) {
  PatchEmbedWeights weights = {.weight = random_tensor({4, 3, 2, 2}, 6),
                               .bias = random_tensor({4}, 7)};
  weights.mean[1] = 0.25F;
  weights.std[1] = 0.5F;
  const CpuPatchEmbed layer(weights, DType::kF32);
  EXPECT_EQ(layer.patch, 2);
  EXPECT_EQ(layer.mean[1], 0.25F);
  EXPECT_EQ(layer.inverse_std[1], 2.0F);
  EXPECT_EQ(bias_of(layer.product), weights.bias.to_floats());
  const std::vector<float> stored = weights.weight.to_floats();
  const std::vector<float> matrix = matrix_of(layer.product);
  for (std::size_t d = 0; d < 4; ++d) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      for (std::size_t pixel = 0; pixel < 4; ++pixel) {
        EXPECT_EQ(matrix[d * 12 + pixel * 3 + channel], stored[(d * 3 + channel) * 4 + pixel]);
      }
    }
  }
}

TEST(CpuLayerNorm, KeepsItsParameters) {
  const CpuLayerNorm layer({.weight = HostTensor::from_floats({2}, {1.0F, 2.0F}),
                            .bias = HostTensor::from_floats({2}, {3.0F, 4.0F}),
                            .epsilon = 0.5F});
  EXPECT_EQ(layer.weight, (std::vector<float>{1.0F, 2.0F}));
  EXPECT_EQ(layer.bias, (std::vector<float>{3.0F, 4.0F}));
  EXPECT_EQ(layer.epsilon, 0.5F);
}

}  // namespace
}  // namespace promptdepth::cpu
