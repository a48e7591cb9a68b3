#include "promptdepth/backend/cpu/propagate.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "promptdepth/backend/cpu/propagate.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format off
#include <hwy/contrib/math/math-inl.h>  // Not before foreach_target.h.
// clang-format on

#include "promptdepth/backend/cpu/parallel.h"
#include "promptdepth/backend/cpu/vector_io-inl.h"
#include "promptdepth/backend/layers.h"

#ifndef PROMPTDEPTH_BACKEND_CPU_PROPAGATE_ONCE_
#define PROMPTDEPTH_BACKEND_CPU_PROPAGATE_ONCE_
namespace promptdepth::cpu {

/// Pixels of a row that are worked on at a time: their logits, in float32, fit the first-level
/// cache.
inline constexpr std::int64_t kPropagatedStretch = 256;
inline constexpr std::int64_t kPaddedStretch = kPropagatedStretch + 2 * std::int64_t{kMostDilation};

/// Part of an image row.
struct PropagationStretch {
  const float* image;  ///< Its first pixel.
  std::int64_t height;
  std::int64_t width;
  std::int64_t row;
  std::int64_t begin;  ///< Column of the first pixel.
  std::int64_t count;  ///< At most kPropagatedStretch.
  std::int64_t dilation;
};

}  // namespace promptdepth::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {

/// One of the three rows that a stretch sees, from `dilation` pixels before it to as many behind.
HWY_INLINE void copy_padded(const PropagationStretch& s, std::int64_t tap_row,
                            float* HWY_RESTRICT padded) {
  const std::int64_t y =
      std::clamp<std::int64_t>(s.row + (tap_row - 1) * s.dilation, 0, s.height - 1);
  const float* from = s.image + y * s.width;
  const std::int64_t first = s.begin - s.dilation;
  for (std::int64_t i = 0; i < s.count + 2 * s.dilation; ++i) {
    padded[i] = from[std::clamp<std::int64_t>(first + i, 0, s.width - 1)];
  }
}

/// Σ exp(logit − greatest)·depth / Σ exp(logit − greatest) of the pixels from i on.
template <class D>
HWY_INLINE hn::Vec<D> mean_of_taps(D d, const float* HWY_RESTRICT logits,
                                   const float (*HWY_RESTRICT rows)[kPaddedStretch],
                                   std::int64_t dilation, std::int64_t i) {
  const hn::RebindToSigned<D> di;
  const auto pixel = hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<std::int32_t>(kTaps)));
  const float* first = logits + i * kTaps;
  const auto logit_of = [&](std::int64_t tap) HWY_ATTR {
    const auto logit = hn::GatherIndex(d, first + tap, pixel);
    return tap == kTaps / 2 ? hn::Add(logit, hn::Set(d, kCentreTapLogit)) : logit;
  };
  auto greatest = logit_of(0);
  for (std::int64_t tap = 1; tap < kTaps; ++tap) greatest = hn::Max(greatest, logit_of(tap));
  auto weights = hn::Zero(d);
  auto sum = hn::Zero(d);
  for (std::int64_t tap = 0; tap < kTaps; ++tap) {
    const auto least = hn::Set(d, -100.0F);  // Less than float32 tells from nothing.
    const auto weight = hn::Exp(d, hn::Max(hn::Sub(logit_of(tap), greatest), least));
    weights = hn::Add(weights, weight);
    sum = hn::MulAdd(weight, hn::LoadU(d, rows[tap / 3] + i + tap % 3 * dilation), sum);
  }
  return hn::Div(sum, weights);
}

void propagate_stretch(const PropagationStretch& s, ConstValues logits, float* HWY_RESTRICT out) {
  HWY_ALIGN float rows[3][kPaddedStretch];
  HWY_ALIGN float logit_stretch[kPropagatedStretch * kTaps];
  for (std::int64_t tap_row = 0; tap_row < 3; ++tap_row) copy_padded(s, tap_row, rows[tap_row]);
  with_elements(logits, [&](const auto* from) HWY_ATTR {
    for_each_vector(s.count * kTaps, [&](auto d, std::int64_t i) HWY_ATTR {
      store(d, load(d, from + i), logit_stretch + i);
    });
  });
  for_each_vector(s.count, [&](auto d, std::int64_t i) HWY_ATTR {
    store(d, mean_of_taps(d, logit_stretch, rows, s.dilation, i), out + i);
  });
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::cpu {
namespace {

HWY_EXPORT(propagate_stretch);

constexpr std::int64_t kGrain = 1 << 12;

}  // namespace

void propagate(ConstValues x, ConstValues logits, const FeatureShape& shape, int dilation,
               Values out) {
  const auto* depth = static_cast<const float*>(x.data);
  auto* result = static_cast<float*>(out.data);
  const std::int64_t lines = shape.n * shape.h;
  parallel_ranges(lines, kGrain / shape.w + 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t line = first; line < last; ++line) {
      for (std::int64_t begin = 0; begin < shape.w; begin += kPropagatedStretch) {
        const PropagationStretch stretch = {.image = depth + line / shape.h * shape.h * shape.w,
                                            .height = shape.h,
                                            .width = shape.w,
                                            .row = line % shape.h,
                                            .begin = begin,
                                            .count = std::min(kPropagatedStretch, shape.w - begin),
                                            .dilation = dilation};
        const std::int64_t pixel = line * shape.w + begin;
        HWY_DYNAMIC_DISPATCH(propagate_stretch)
        (stretch, logits.offset_by(pixel * kTaps), result + pixel);
      }
    }
  });
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
