#include "promptdepth/backend/cpu/rearrange.h"

#include <array>

#include "promptdepth/backend/cpu/kernel_fixture.h"

namespace promptdepth::cpu {
namespace {

constexpr FeatureShape kShapes[] = {{1, 1, 1, 1},  {1, 2, 2, 3},    {2, 5, 7, 1},
                                    {1, 4, 6, 17}, {2, 33, 31, 16}, {1, 3, 260, 33}};

std::int64_t index_of(const FeatureShape& shape, std::int64_t n, std::int64_t y, std::int64_t x,
                      std::int64_t c) {
  return ((n * shape.h + y) * shape.w + x) * shape.c + c;
}

FeatureShape blocks_of(const FeatureShape& shape, int block) {
  return {shape.n, (shape.h + block - 1) / block, (shape.w + block - 1) / block,
          shape.c * block * block};
}

/// Calls body(shape, block, dtype, threads) for all of them.
template <typename Body>
void for_shapes(const Body& body) {
  for (const FeatureShape& shape : kShapes) {
    for (const int block : {1, 2, 3}) {
      for (const DType dtype : kStorageTypes) {
        for (const int threads : {1, 3}) {
          SCOPED_TRACE(::testing::Message() << shape.to_string() << " by " << block << ", "
                                            << name_of(dtype) << ", " << threads << " threads");
          const WithThreads several(threads);
          body(shape, block, dtype);
          if (::testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(SpaceToDepth, PutsEachBlocksPixelsBesideEachOther) {
  for_shapes([](const FeatureShape& shape, int block, DType dtype) {
    const FeatureShape packed = blocks_of(shape, block);
    Guarded in(dtype, random_values(shape.element_count(), 1));
    Guarded out(dtype, packed.element_count());
    space_to_depth(in.view(), shape, block, out.view());
    for (std::int64_t i = 0; i < packed.element_count(); ++i) {
      const std::int64_t c = i % packed.c;
      const std::int64_t x = i / packed.c % packed.w;
      const std::int64_t y = i / packed.c / packed.w % packed.h;
      const std::int64_t n = i / packed.c / packed.w / packed.h;
      const std::int64_t from_y = std::min(y * block + c / shape.c / block, shape.h - 1);
      const std::int64_t from_x = std::min(x * block + c / shape.c % block, shape.w - 1);
      ASSERT_EQ(out[i], in[index_of(shape, n, from_y, from_x, c % shape.c)]) << i;
    }
    ASSERT_TRUE(out.is_intact());
  });
}

TEST(DepthToSpace, IsTheInverse) {
  for_shapes([](const FeatureShape& shape, int block, DType dtype) {
    Guarded in(dtype, random_values(shape.element_count(), 2));
    Guarded packed(dtype, blocks_of(shape, block).element_count());
    Guarded out(dtype, shape.element_count());
    space_to_depth(in.view(), shape, block, packed.view());
    depth_to_space(packed.view(), block, shape, out.view());
    ASSERT_EQ(out.values(), in.values());
    ASSERT_TRUE(out.is_intact());
  });
}

TEST(PlaceChannels, WritesItsChannelsAndNoOthers) {
  for (const std::int64_t channels : {1, 3, 16, 17}) {
    for (const std::int64_t rows : {1, 5, 20'000}) {
      for (const DType from : kStorageTypes) {
        for (const DType to : kStorageTypes) {
          constexpr std::int64_t kOffset = 2;
          const std::int64_t wide = kOffset + channels + 1;
          Guarded part(from, random_values(rows * channels, channels, 3));
          Guarded out(to, rows * wide);
          place_channels(part.view(), channels, rows, out.view(), kOffset, wide);
          for (std::int64_t i = 0; i < rows * wide; ++i) {
            const std::int64_t channel = i % wide - kOffset;
            if (channel >= 0 && channel < channels) {
              ASSERT_EQ(out[i], part[i / wide * channels + channel]) << i;
            } else {
              ASSERT_TRUE(out.is_untouched(i)) << i;
            }
          }
          ASSERT_TRUE(out.is_intact());
        }
      }
    }
  }
}

TEST(UnfoldedPatches, AreNormalisedRowsOfPixels) {
  constexpr std::array<float, 3> kMean = {0.5F, 0.25F, 0.125F};
  constexpr std::array<float, 3> kInverse = {2.0F, 4.0F, 8.0F};
  for (const int patch : {1, 2, 14}) {
    for (const DType to : kStorageTypes) {
      const FeatureShape shape = {2, std::int64_t{3} * patch, std::int64_t{5} * patch, 3};
      std::vector<float> eighths;  // So that nothing is rounded, not even to bfloat16.
      for (std::int64_t i = 0; i < shape.element_count(); ++i) {
        eighths.push_back(static_cast<float>(i % 61 % 9) / 8.0F);
      }
      Guarded image(DType::kF32, eighths);
      Guarded out(to, shape.element_count());
      unfold_patches(image.view(), shape, patch, kMean, kInverse, out.view());
      const std::int64_t columns = shape.w / patch;
      for (std::int64_t i = 0; i < shape.element_count(); ++i) {
        const std::int64_t c = i % 3;
        const std::int64_t x = i / 3 % patch;
        const std::int64_t y = i / 3 / patch % patch;
        const std::int64_t cell = i / 3 / patch / patch;
        const std::int64_t n = cell / (columns * 3);
        const std::int64_t row = cell / columns % 3 * patch + y;
        const std::int64_t from = index_of(shape, n, row, cell % columns * patch + x, c);
        const auto channel = static_cast<std::size_t>(c);
        ASSERT_EQ(out[i], (image[from] - kMean[channel]) * kInverse[channel]) << i;
      }
      ASSERT_TRUE(out.is_intact());
    }
  }
}

}  // namespace
}  // namespace promptdepth::cpu
