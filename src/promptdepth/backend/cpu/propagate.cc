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

/// The logits of a stretch, in float32.
HWY_INLINE void copy_logits(ConstValues logits, std::int64_t count, float* HWY_RESTRICT stretch) {
  with_elements(logits, [&](const auto* from) HWY_ATTR {
    for_each_vector(count * kTaps, [&](auto d, std::int64_t i)
                                       HWY_ATTR { store(d, load(d, from + i), stretch + i); });
  });
}

/// What neighbouring lanes are apart in the logits: a pixel's.
template <class D>
HWY_INLINE auto pixel_steps(D /*d*/) {
  const hn::RebindToSigned<D> di;
  return hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<std::int32_t>(kTaps)));
}

/// exp(logit − greatest) of each tap of the pixels whose logits begin at `first`; returns the sum.
template <class D>
HWY_INLINE hn::Vec<D> weigh_taps(D d, const float* HWY_RESTRICT first,
                                 hn::Vec<D> (&weights)[kTaps]) {
  for (std::int64_t tap = 0; tap < kTaps; ++tap) {
    weights[tap] = hn::GatherIndex(d, first + tap, pixel_steps(d));
  }
  weights[kTaps / 2] = hn::Add(weights[kTaps / 2], hn::Set(d, kCentreTapLogit));
  auto greatest = weights[0];
  for (const auto& logit : weights) greatest = hn::Max(greatest, logit);
  auto sum = hn::Zero(d);
  const auto least = hn::Set(d, -100.0F);  // Less than float32 tells from nothing.
  for (auto& weight : weights) {
    weight = hn::Exp(d, hn::Max(hn::Sub(weight, greatest), least));
    sum = hn::Add(sum, weight);
  }
  return sum;
}

void propagate_stretch(const PropagationStretch& s, ConstValues logits, float* HWY_RESTRICT out) {
  HWY_ALIGN float rows[3][kPaddedStretch];
  HWY_ALIGN float logit_stretch[kPropagatedStretch * kTaps];
  for (std::int64_t tap_row = 0; tap_row < 3; ++tap_row) copy_padded(s, tap_row, rows[tap_row]);
  copy_logits(logits, s.count, logit_stretch);
  for_each_vector(s.count, [&](auto d, std::int64_t i) HWY_ATTR {
    hn::Vec<decltype(d)> weights[kTaps];
    const auto total = weigh_taps(d, logit_stretch + i * kTaps, weights);
    auto sum = hn::Zero(d);
    for (std::int64_t tap = 0; tap < kTaps; ++tap) {
      const auto depth = hn::LoadU(d, rows[tap / 3] + i + tap % 3 * s.dilation);
      sum = hn::MulAdd(weights[tap], depth, sum);
    }
    store(d, hn::Div(sum, total), out + i);
  });
}

/// Adds one of the three rows' gradients to those of the image.
HWY_INLINE void add_padded(const PropagationStretch& s, std::int64_t tap_row,
                           const float* HWY_RESTRICT padded, float* HWY_RESTRICT image) {
  const std::int64_t y =
      std::clamp<std::int64_t>(s.row + (tap_row - 1) * s.dilation, 0, s.height - 1);
  const std::int64_t first = s.begin - s.dilation;
  for (std::int64_t i = 0; i < s.count + 2 * s.dilation; ++i) {
    image[y * s.width + std::clamp<std::int64_t>(first + i, 0, s.width - 1)] += padded[i];
  }
}

/// With weights w that add up to 1: ∂y/∂xₜ = wₜ, ∂y/∂logitₜ = wₜ·(xₜ − y).
void propagate_gradient_stretch(const PropagationStretch& s, ConstValues logits,
                                const float* HWY_RESTRICT upstream, float* HWY_RESTRICT x_gradient,
                                Values logit_gradient) {
  HWY_ALIGN float rows[3][kPaddedStretch];
  HWY_ALIGN float row_gradients[3][kPaddedStretch] = {};
  HWY_ALIGN float stretch[kPropagatedStretch * kTaps];
  for (std::int64_t tap_row = 0; tap_row < 3; ++tap_row) copy_padded(s, tap_row, rows[tap_row]);
  copy_logits(logits, s.count, stretch);
  for_each_vector(s.count, [&](auto d, std::int64_t i) HWY_ATTR {
    hn::Vec<decltype(d)> weights[kTaps];
    const auto share = hn::Div(hn::Set(d, 1.0F), weigh_taps(d, stretch + i * kTaps, weights));
    const auto depth = [&](std::int64_t tap) HWY_ATTR {
      return hn::LoadU(d, rows[tap / 3] + i + tap % 3 * s.dilation);
    };
    auto mean = hn::Zero(d);
    for (std::int64_t tap = 0; tap < kTaps; ++tap) {
      weights[tap] = hn::Mul(weights[tap], share);
      mean = hn::MulAdd(weights[tap], depth(tap), mean);
    }
    const auto slope = hn::LoadU(d, upstream + i);
    for (std::int64_t tap = 0; tap < kTaps; ++tap) {
      const auto of_depth = hn::Mul(weights[tap], slope);
      float* sum = row_gradients[tap / 3] + i + tap % 3 * s.dilation;
      hn::StoreU(hn::Add(hn::LoadU(d, sum), of_depth), d, sum);
      hn::ScatterIndex(hn::Mul(of_depth, hn::Sub(depth(tap), mean)), d, stretch + i * kTaps + tap,
                       pixel_steps(d));
    }
  });
  for (std::int64_t tap_row = 0; tap_row < 3; ++tap_row) {
    add_padded(s, tap_row, row_gradients[tap_row], x_gradient);
  }
  with_elements(logit_gradient, [&](auto* to) HWY_ATTR {
    for_each_vector(s.count * kTaps, [&](auto d, std::int64_t i)
                                         HWY_ATTR { store(d, hn::LoadU(d, stretch + i), to + i); });
  });
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::cpu {
namespace {

HWY_EXPORT(propagate_stretch);
HWY_EXPORT(propagate_gradient_stretch);

constexpr std::int64_t kGrain = 1 << 12;

/// Calls body(stretch, its first pixel) for the stretches of the rows [first, last) of all images.
template <typename Body>
void for_each_stretch(const float* depth, const FeatureShape& shape, int dilation,
                      std::int64_t first, std::int64_t last, const Body& body) {
  for (std::int64_t line = first; line < last; ++line) {
    for (std::int64_t begin = 0; begin < shape.w; begin += kPropagatedStretch) {
      body(PropagationStretch{.image = depth + line / shape.h * shape.h * shape.w,
                              .height = shape.h,
                              .width = shape.w,
                              .row = line % shape.h,
                              .begin = begin,
                              .count = std::min(kPropagatedStretch, shape.w - begin),
                              .dilation = dilation},
           line * shape.w + begin);
    }
  }
}

}  // namespace

void propagate(ConstValues x, ConstValues logits, const FeatureShape& shape, int dilation,
               Values out) {
  const auto* depth = static_cast<const float*>(x.data);
  auto* result = static_cast<float*>(out.data);
  parallel_ranges(shape.n * shape.h, kGrain / shape.w + 1,
                  [&](std::int64_t first, std::int64_t last) {
                    for_each_stretch(depth, shape, dilation, first, last,
                                     [&](const PropagationStretch& stretch, std::int64_t pixel) {
                                       HWY_DYNAMIC_DISPATCH(propagate_stretch)
                                       (stretch, logits.offset_by(pixel * kTaps), result + pixel);
                                     });
                  });
}

void propagate_gradient(ConstValues x, ConstValues logits, const FeatureShape& shape, int dilation,
                        ConstValues upstream, Values x_gradient, Values logit_gradient) {
  const auto* depth = static_cast<const float*>(x.data);
  const auto* slope = static_cast<const float*>(upstream.data);
  const std::int64_t pixels = shape.h * shape.w;
  parallel_ranges(shape.n, 1, [&](std::int64_t first, std::int64_t last) {
    auto* sum = static_cast<float*>(x_gradient.data);
    std::fill(sum + first * pixels, sum + last * pixels, 0.0F);
    for_each_stretch(depth, shape, dilation, first * shape.h, last * shape.h,
                     [&](const PropagationStretch& stretch, std::int64_t pixel) {
                       HWY_DYNAMIC_DISPATCH(propagate_gradient_stretch)
                       (stretch, logits.offset_by(pixel * kTaps), slope + pixel,
                        sum + pixel / pixels * pixels, logit_gradient.offset_by(pixel * kTaps));
                     });
  });
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
