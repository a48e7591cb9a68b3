#include "promptdepth/backend/cpu/rearrange.h"

#include <algorithm>
#include <cstring>

#include "promptdepth/backend/cpu/parallel.h"

namespace promptdepth::cpu {
namespace {

/// Elements moved by one thread at least.
constexpr std::int64_t kGrain = 1 << 14;

float as_float(float value) { return value; }
float as_float(BFloat16 value) { return value.to_float(); }
void assign(float& to, float value) { to = value; }
void assign(BFloat16& to, float value) { to = BFloat16::from_float(value); }

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

void space_to_depth(ConstValues in, const FeatureShape& shape, int block, Values out) {
  const std::int64_t out_h = ceil_div(shape.h, block);
  const std::int64_t out_w = ceil_div(shape.w, block);
  const std::int64_t c = shape.c;
  const std::int64_t grain = kGrain / (out_w * c * block * block) + 1;
  with_elements(in, [&](const auto* source) {
    using T = std::remove_const_t<std::remove_pointer_t<decltype(source)>>;
    auto* target = static_cast<T*>(out.data);
    parallel_ranges(shape.n * out_h, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t image = row / out_h;
        for (std::int64_t dy = 0; dy < block; ++dy) {
          const std::int64_t y = std::min(row % out_h * block + dy, shape.h - 1);
          const T* from = source + (image * shape.h + y) * shape.w * c;
          T* to = target + row * out_w * block * block * c + dy * block * c;
          for (std::int64_t x = 0; x < out_w * block; ++x) {
            const T* pixel = from + std::min(x, shape.w - 1) * c;
            std::copy_n(pixel, c, to + x / block * block * block * c + x % block * c);
          }
        }
      }
    });
  });
}

void depth_to_space(ConstValues in, int block, const FeatureShape& shape, Values out) {
  const std::int64_t in_h = ceil_div(shape.h, block);
  const std::int64_t in_w = ceil_div(shape.w, block);
  const auto pixel_bytes = shape.c * static_cast<std::int64_t>(size_of(in.dtype));
  const std::int64_t grain = kGrain / (shape.w * shape.c) + 1;
  const auto* source = static_cast<const std::byte*>(in.data);
  auto* target = static_cast<std::byte*>(out.data);
  parallel_ranges(shape.n * shape.h, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::int64_t image = row / shape.h;
      const std::int64_t y = row % shape.h;
      const std::byte* from =
          source + ((image * in_h + y / block) * in_w * block + y % block) * block * pixel_bytes;
      std::byte* to = target + row * shape.w * pixel_bytes;
      for (std::int64_t x = 0; x < in_w; ++x) {
        const std::int64_t pixels = std::min<std::int64_t>(block, shape.w - x * block);
        std::memcpy(to + x * block * pixel_bytes, from + x * block * block * pixel_bytes,
                    static_cast<std::size_t>(pixels * pixel_bytes));
      }
    }
  });
}

void place_channels(ConstValues part, std::int64_t channels, std::int64_t rows, Values out,
                    std::int64_t offset, std::int64_t out_channels) {
  with_elements(part, [&](const auto* source) {
    with_elements(out, [&](auto* target) {
      parallel_ranges(rows, kGrain / channels + 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
          for (std::int64_t i = 0; i < channels; ++i) {
            assign(target[row * out_channels + offset + i], as_float(source[row * channels + i]));
          }
        }
      });
    });
  });
}

void unfold_patches(ConstValues image, const FeatureShape& shape, int patch,
                    std::span<const float, 3> mean, std::span<const float, 3> inverse_std,
                    Values out) {
  const std::int64_t rows = shape.h / patch;
  const std::int64_t columns = shape.w / patch;
  const std::int64_t run = std::int64_t{3} * patch;
  const std::int64_t grain = kGrain / (shape.w * 3 * patch) + 1;
  with_elements(image, [&](const auto* source) {
    with_elements(out, [&](auto* target) {
      parallel_ranges(shape.n * rows, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin * patch; row < end * patch; ++row) {
          for (std::int64_t column = 0; column < columns; ++column) {
            const auto* from = source + (row * shape.w + column * patch) * 3;
            auto* to = target + ((row / patch * columns + column) * patch + row % patch) * run;
            for (std::int64_t i = 0; i < run; ++i) {
              const auto channel = static_cast<std::size_t>(i % 3);
              assign(to[i], (as_float(from[i]) - mean[channel]) * inverse_std[channel]);
            }
          }
        }
      });
    });
  });
}

}  // namespace promptdepth::cpu
