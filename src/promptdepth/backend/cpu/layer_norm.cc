#include "promptdepth/backend/cpu/layer_norm.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "promptdepth/backend/cpu/layer_norm.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "promptdepth/backend/cpu/parallel.h"
#include "promptdepth/backend/cpu/vector_io-inl.h"

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {

/// Σ f(x_i), with four partial sums so that the additions overlap.
template <class T, class F>
HWY_INLINE float sum_of(const T* x, std::int64_t count, const F& f) {
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  std::int64_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    sum0 = f(d, load(d, x + i), sum0);
    sum1 = f(d, load(d, x + i + lanes), sum1);
    sum2 = f(d, load(d, x + i + 2 * lanes), sum2);
    sum3 = f(d, load(d, x + i + 3 * lanes), sum3);
  }
  for (; i + lanes <= count; i += lanes) sum0 = f(d, load(d, x + i), sum0);
  const auto all = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  float total = hn::GetLane(hn::SumOfLanes(d, all));
  const hn::CappedTag<float, 1> one;
  auto rest = hn::Zero(one);
  for (; i < count; ++i) rest = f(one, load(one, x + i), rest);
  return total + hn::GetLane(rest);
}

/// Two passes over a row that stays in the first-level cache: the mean first, so that the variance
/// does not cancel when the mean is large.
template <class In, class Out>
HWY_INLINE void normalise_row(const In* in, const float* weight, const float* bias, float epsilon,
                              std::int64_t channels, Out* out) {
  const auto count = static_cast<float>(channels);
  const float mean =
      sum_of(in, channels, [](auto, auto x, auto sum) HWY_ATTR { return hn::Add(sum, x); }) / count;
  const float variance = sum_of(in, channels,
                                [mean](auto d, auto x, auto sum) HWY_ATTR {
                                  const auto centred = hn::Sub(x, hn::Set(d, mean));
                                  return hn::MulAdd(centred, centred, sum);
                                }) /
                         count;
  const float scale = 1.0F / std::sqrt(variance + epsilon);
  for_each_vector(channels, [&](auto d, std::int64_t i) HWY_ATTR {
    const auto centred = hn::Sub(load(d, in + i), hn::Set(d, mean));
    const auto normal = hn::Mul(centred, hn::Set(d, scale));
    store(d, hn::MulAdd(normal, load(d, weight + i), load(d, bias + i)), out + i);
  });
}

void normalise_rows(ConstValues in, const float* weight, const float* bias, float epsilon,
                    std::int64_t rows, std::int64_t channels, Values out) {
  with_elements(in, [&](const auto* x) HWY_ATTR {
    with_elements(out, [&](auto* y) HWY_ATTR {
      for (std::int64_t row = 0; row < rows; ++row) {
        normalise_row(x + row * channels, weight, bias, epsilon, channels, y + row * channels);
      }
    });
  });
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::cpu {
namespace {
HWY_EXPORT(normalise_rows);
}  // namespace

void layer_norm(ConstValues in, const float* weight, const float* bias, float epsilon,
                std::int64_t rows, std::int64_t channels, Values out) {
  const std::int64_t grain = 8192 / channels + 1;
  parallel_ranges(rows, grain, [&](std::int64_t begin, std::int64_t end) {
    HWY_DYNAMIC_DISPATCH(normalise_rows)
    (in.offset_by(begin * channels), weight, bias, epsilon, end - begin, channels,
     out.offset_by(begin * channels));
  });
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
