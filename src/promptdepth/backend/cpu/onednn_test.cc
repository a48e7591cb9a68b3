#include "promptdepth/backend/cpu/onednn.h"

#include "promptdepth/backend/cpu/product_fixture.h"
#include "promptdepth/base/error.h"

namespace promptdepth::cpu {
namespace {

/// The whole product, tile by tile as prepare_tiles() wants them, all of `tile_rows` rows.
std::vector<float> by_tiles(Executor& executor, const PackedProduct& layer, std::int64_t tile_rows,
                            std::int64_t rows, const TileTarget& target,
                            std::span<const float> in) {
  executor.prepare_tiles(layer, tile_rows, target);
  if (rows % tile_rows != 0) executor.prepare_tiles(layer, rows % tile_rows, target);
  Guarded source(layer.dtype(), in);
  std::vector<float> result(static_cast<std::size_t>(rows * layer.out()));
  for (std::int64_t first = 0; first < rows; first += tile_rows) {
    const std::int64_t count = std::min(tile_rows, rows - first);
    for (std::int64_t index = 0; index < layer.chunk_count(); ++index) {
      const PackedProduct::Chunk chunk = layer.chunk(index);
      Guarded tile(target.dtype, count * chunk.columns);
      executor.multiply_tile(layer, index, count, target,
                             source.view().offset_by(first * layer.in()).data, tile.view().data);
      EXPECT_TRUE(tile.is_intact());
      for (std::int64_t i = 0; i < count * chunk.columns; ++i) {
        const std::int64_t row = first + i / chunk.columns;
        const std::int64_t column = chunk.first + i % chunk.columns;
        result[static_cast<std::size_t>(row * layer.out() + column)] = tile[i];
      }
    }
  }
  return result;
}

TEST(PackedProduct, ChunksCoverTheColumnsAndAreAboutEqual) {
  for (const std::int64_t out : {1, 63, 64, 65, 100, 300}) {
    for (const std::int64_t most : {64, 100, 128, 512}) {
      const ProductCase c = {.in = 3, .out = out, .most_columns = most};
      const PackedProduct layer = packed(c);
      std::int64_t next = 0;
      for (std::int64_t i = 0; i < layer.chunk_count(); ++i) {
        EXPECT_EQ(layer.chunk(i).first, next);
        EXPECT_GT(layer.chunk(i).columns, 0);
        EXPECT_TRUE(layer.chunk(i).columns % 64 == 0 || i + 1 == layer.chunk_count());
        next += layer.chunk(i).columns;
      }
      EXPECT_EQ(next, out);
    }
  }
}

TEST(PackedProduct, RefusesScalesAndBiasesOfAnotherLength) {
  const std::vector<float> weight(6, 1.0F);
  const std::vector<float> two(2, 1.0F);
  const ConstValues view(weight.data(), DType::kF32);
  EXPECT_THROW(PackedProduct(2, 3, view, two, {}, DType::kF32), Error);
  EXPECT_THROW(PackedProduct(2, 3, view, {}, two, DType::kF32), Error);
  EXPECT_THROW(PackedProduct(0, 3, view, {}, {}, DType::kF32), Error);
}

TEST(PackedProduct, ScalesRowsOfEitherTypeInEveryChunk) {
  Executor executor;
  for (const DType dtype : supported_types()) {
    for (const DType stored : kStorageTypes) {
      for (const bool scaled : {false, true}) {
        for (const std::int64_t out : {1, 7, 64, 65, 200}) {
          const ProductCase c = {.in = 37,
                                 .out = out,
                                 .dtype = dtype,
                                 .stored = stored,
                                 .scaled = scaled,
                                 .most_columns = 64};
          SCOPED_TRACE(c);
          const PackedProduct layer = packed(c);
          const std::vector<float> in = random_values(13 * c.in, 5);
          // Without the bias, which the target here does not ask for.
          expect_product(c, in, by_tiles(executor, layer, 5, 13, {}, in), {.bias = false});
        }
      }
    }
  }
}

TEST(Executor, TilesAddTheBiasAndRoundWhereTheTargetSaysSo) {
  Executor executor;
  for (const DType dtype : supported_types()) {
    for (const std::int64_t out : {1, 16, 65, 150}) {
      const ProductCase c = {
          .in = 20, .out = out, .dtype = dtype, .scaled = true, .most_columns = 64};
      SCOPED_TRACE(c);
      const PackedProduct layer = packed(c);
      const std::vector<float> in = random_values(11 * c.in, 6);
      expect_product(c, in, by_tiles(executor, layer, 4, 11, {.dtype = dtype, .bias = true}, in),
                     {.bias = true, .result = dtype});
    }
  }
}

TEST(Executor, MultipliesAtOnceOnEveryNumberOfThreads) {
  for (const DType dtype : supported_types()) {
    for (const int threads : {1, 2, 3}) {
      const WithThreads several(threads);
      Executor executor;
      const ProductCase c = {.in = 33, .out = 50, .dtype = dtype};
      SCOPED_TRACE(c);
      const PackedProduct layer = packed(c);
      const std::vector<float> values = random_values(19 * c.in, 7);
      Guarded in(dtype, values);
      Guarded out(dtype, 19 * c.out);
      executor.multiply(layer, 19, in.view().data, out.view().data);
      expect_product(c, values, out.values(), {.bias = false, .result = dtype});
      EXPECT_TRUE(out.is_intact());
    }
  }
}

TEST(Executor, LayersOfOneShapeKeepTheirOwnWeights) {
  Executor executor;
  const std::vector<float> ones(20, 1.0F);
  const std::vector<float> twos(20, 2.0F);
  const PackedProduct first(4, 5, {ones.data(), DType::kF32}, {}, {}, DType::kF32);
  const PackedProduct second(4, 5, {twos.data(), DType::kF32}, {}, {}, DType::kF32);
  std::vector<float> out(5);
  executor.multiply(first, 1, ones.data(), out.data());
  EXPECT_EQ(out, std::vector<float>(5, 4.0F));
  executor.multiply(second, 1, ones.data(), out.data());
  EXPECT_EQ(out, std::vector<float>(5, 8.0F));
}

TEST(Executor, RefusesToMultiplySeveralChunksAtOnce) {
  const PackedProduct layer = packed({.in = 4, .out = 200, .most_columns = 64});
  std::vector<float> in(4);
  std::vector<float> out(200);
  EXPECT_THROW(Executor().multiply(layer, 1, in.data(), out.data()), Error);
}

struct ConvolutionCase {
  FeatureShape in;
  ConvolutionGeometry geometry;
  Epilogue epilogue = {};
};

/// Plain loops over taps.
void expect_convolved(Executor& executor, const ConvolutionCase& c, DType dtype, DType result) {
  const ConvolutionGeometry& g = c.geometry;
  const FeatureShape shape = g.output_shape(c.in);
  SCOPED_TRACE(::testing::Message() << c.in.to_string() << " to " << shape.to_string() << ", "
                                    << name_of(dtype) << " to " << name_of(result));
  const std::vector<float> weight = random_values(g.out * g.in * g.kernel * g.kernel, 1);
  const std::vector<float> bias = random_values(g.out, 2);
  const PackedConvolution layer(g, {weight.data(), DType::kF32}, bias, dtype);
  Guarded in(dtype, random_values(c.in.element_count(), 3));
  const std::vector<float> before = random_values(shape.element_count(), 4);
  Guarded out(result, before);

  std::vector<double> expected;
  std::vector<double> tolerance;
  for (std::int64_t i = 0; i < shape.element_count(); ++i) {
    const std::int64_t o = i % g.out;
    const std::int64_t x = i / g.out % shape.w * g.stride - g.padding;
    const std::int64_t y = i / g.out / shape.w % shape.h * g.stride - g.padding;
    const std::int64_t n = i / g.out / shape.w / shape.h;
    double sum = bias[static_cast<std::size_t>(o)];
    double magnitude = std::abs(sum);
    for (std::int64_t tap = 0; tap < g.kernel * g.kernel; ++tap) {
      const std::int64_t row = y + tap / g.kernel;
      const std::int64_t column = x + tap % g.kernel;
      if (row < 0 || row >= c.in.h || column < 0 || column >= c.in.w) continue;
      for (std::int64_t k = 0; k < g.in; ++k) {
        const double product =
            static_cast<double>(in[((n * c.in.h + row) * c.in.w + column) * g.in + k]) *
            weight[static_cast<std::size_t>((o * g.in + k) * g.kernel * g.kernel + tap)];
        sum += product;
        magnitude += std::abs(product);
      }
    }
    double value = c.epilogue.nonlinearity == Nonlinearity::kRelu ? std::max(sum, 0.0) : sum;
    if (c.epilogue.accumulate) value += before[static_cast<std::size_t>(i)];
    const double terms = static_cast<double>(g.in * g.kernel * g.kernel);
    expected.push_back(value);
    // oneDNN may store the sum before the nonlinearity, and that before it accumulates.
    tolerance.push_back((2.0 * std::sqrt(terms) + 4.0) * kF32Unit * (magnitude + std::abs(value)) +
                        2.0 * rounding_of(result, sum) + rounding_of(result, value));
  }
  executor.convolve(layer, c.in, in.view().data, out.view(), c.epilogue);
  expect_within(out.values(), expected, tolerance);
  EXPECT_TRUE(in.is_intact() && out.is_intact());
}

std::vector<ConvolutionCase> convolution_cases() {
  return {{{1, 5, 7, 3}, {.in = 3, .out = 16, .kernel = 3, .stride = 1, .padding = 1}},
          {{2, 9, 6, 17}, {.in = 17, .out = 5, .kernel = 3, .stride = 2, .padding = 1}},
          {{1, 6, 6, 32}, {.in = 32, .out = 33, .kernel = 2, .stride = 2, .padding = 0}},
          {{1, 1, 1, 8}, {.in = 8, .out = 8, .kernel = 3, .stride = 1, .padding = 1}},
          {{1, 8, 9, 16},
           {.in = 16, .out = 16, .kernel = 3, .stride = 1, .padding = 1},
           {Nonlinearity::kRelu, false}},
          {{1, 8, 9, 16},
           {.in = 16, .out = 16, .kernel = 3, .stride = 1, .padding = 1},
           {Nonlinearity::kIdentity, true}}};
}

TEST(Executor, ConvolvesAsTheFormulaSays) {
  for (const int threads : {1, 3}) {
    const WithThreads several(threads);
    Executor executor;
    for (const ConvolutionCase& c : convolution_cases()) {
      for (const DType dtype : supported_types()) {
        expect_convolved(executor, c, dtype, dtype);
        expect_convolved(executor, c, dtype, DType::kF32);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Executor, TheSecondPassTakesNoMemory) {
  Executor executor;
  const PackedProduct product = packed({.in = 40, .out = 150, .most_columns = 64});
  const ConvolutionGeometry g = {.in = 17, .out = 5, .kernel = 3, .stride = 2, .padding = 1};
  const std::vector<float> weight = random_values(g.out * g.in * 9, 1);
  const PackedConvolution convolution(g, {weight.data(), DType::kF32}, {}, DType::kF32);
  const FeatureShape shape = {1, 30, 40, 17};
  const std::vector<float> in = random_values(shape.element_count(), 2);
  Guarded out(DType::kF32, g.output_shape(shape).element_count(), 0);
  const auto pass = [&] {
    by_tiles(executor, product, 6, 20, {}, std::span(in).first(800));
    executor.convolve(convolution, shape, in.data(), out.view(), {});
    return executor.allocated_bytes();
  };
  const std::size_t first = pass();
  EXPECT_EQ(pass(), first);
  EXPECT_EQ(pass(), first);
}

}  // namespace
}  // namespace promptdepth::cpu
