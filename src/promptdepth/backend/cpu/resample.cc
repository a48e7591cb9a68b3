#include "promptdepth/backend/cpu/resample.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "promptdepth/backend/cpu/resample.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "promptdepth/backend/cpu/parallel.h"
#include "promptdepth/backend/cpu/vector_io-inl.h"
#include "promptdepth/base/error.h"

#ifndef PROMPTDEPTH_BACKEND_CPU_RESAMPLE_ONCE_
#define PROMPTDEPTH_BACKEND_CPU_RESAMPLE_ONCE_
namespace promptdepth::cpu {

/// Floats of one blended stretch of an input row: 32 KiB, so that it stays in the first-level
/// cache.
inline constexpr std::int64_t kStretch = 8192;
/// Maps of fewer channels are resized along the row by gathering elements instead of pixels.
inline constexpr std::int64_t kFewChannels = 16;

}  // namespace promptdepth::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {

template <class D>
HWY_INLINE hn::Vec<D> lerp(hn::Vec<D> a, hn::Vec<D> b, hn::Vec<D> t) {
  return hn::MulAdd(t, hn::Sub(b, a), a);
}

template <class T>
HWY_INLINE void blend_rows(const T* low, const T* high, float t, std::int64_t count, float* out) {
  for_each_vector(count, [&](auto d, std::int64_t i) HWY_ATTR {
    store(d, lerp<decltype(d)>(load(d, low + i), load(d, high + i), hn::Set(d, t)), out + i);
  });
}

template <class T>
HWY_INLINE void blend_pixels(const ResizePlan& plan, const ResizePlan::Block& block,
                             const float* HWY_RESTRICT row, T* HWY_RESTRICT out) {
  const std::int64_t c = plan.channels;
  for (std::int64_t x = block.out_begin; x < block.out_end; ++x) {
    const auto column = static_cast<std::size_t>(x);
    const float* low = row + (plan.columns.low[column] - block.in_begin) * c;
    const float* high = row + (plan.columns.high[column] - block.in_begin) * c;
    const float t = plan.columns.t[column];
    T* pixel = out + x * c;
    for_each_vector(c, [&](auto d, std::int64_t i) HWY_ATTR {
      store(d, lerp<decltype(d)>(load(d, low + i), load(d, high + i), hn::Set(d, t)), pixel + i);
    });
  }
}

template <class T>
HWY_INLINE void blend_elements(const ResizePlan& plan, const ResizePlan::Block& block,
                               const float* HWY_RESTRICT row, T* HWY_RESTRICT out) {
  const std::int64_t begin = block.out_begin * plan.channels;
  const auto first = static_cast<std::int32_t>(block.in_begin * plan.channels);
  const std::int32_t* low = plan.low_element.data() + begin;
  const std::int32_t* high = plan.high_element.data() + begin;
  const float* t = plan.element_t.data() + begin;
  for_each_vector(block.out_end * plan.channels - begin, [&](auto d, std::int64_t i) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> di;
    const auto base = hn::Set(di, first);
    const auto a = hn::GatherIndex(d, row, hn::Sub(hn::LoadU(di, low + i), base));
    const auto b = hn::GatherIndex(d, row, hn::Sub(hn::LoadU(di, high + i), base));
    store(d, lerp<decltype(d)>(a, b, hn::LoadU(d, t + i)), out + begin + i);
  });
}

/// Output rows [begin, end) of all maps counted through.
void resize_rows(const ResizePlan& plan, ConstValues in, Values out, std::int64_t begin,
                 std::int64_t end) {
  HWY_ALIGN float stretch[kStretch];
  const std::int64_t c = plan.channels;
  with_elements(in, [&](const auto* source) HWY_ATTR {
    using T = std::remove_const_t<std::remove_pointer_t<decltype(source)>>;
    for (std::int64_t r = begin; r < end; ++r) {
      const std::int64_t map = r / plan.out_height;
      const auto y = static_cast<std::size_t>(r % plan.out_height);
      const auto* low = source + (map * plan.in_height + plan.rows.low[y]) * plan.in_width * c;
      const auto* high = source + (map * plan.in_height + plan.rows.high[y]) * plan.in_width * c;
      T* result = static_cast<T*>(out.data) + r * plan.out_width * c;
      for (const ResizePlan::Block& block : plan.blocks) {
        blend_rows(low + block.in_begin * c, high + block.in_begin * c, plan.rows.t[y],
                   (block.in_end - block.in_begin) * c, stretch);
        if (plan.low_element.empty()) {
          blend_pixels(plan, block, stretch, result);
        } else {
          blend_elements(plan, block, stretch, result);
        }
      }
    }
  });
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::cpu {
namespace {

HWY_EXPORT(resize_rows);

std::vector<ResizePlan::Block> column_blocks(const LinearTaps& taps, std::int64_t channels) {
  std::vector<ResizePlan::Block> blocks;
  const auto out = static_cast<std::int64_t>(taps.low.size());
  const std::int64_t most_columns = kStretch / channels;
  std::int64_t begin = 0;
  while (begin < out) {
    const std::int64_t first = taps.low[static_cast<std::size_t>(begin)];
    std::int64_t end = begin;
    while (end < out && taps.high[static_cast<std::size_t>(end)] - first < most_columns) ++end;
    PD_CHECK(end > begin);
    blocks.push_back({begin, end, first, taps.high[static_cast<std::size_t>(end - 1)] + 1});
    begin = end;
  }
  return blocks;
}

}  // namespace

ResizePlan::ResizePlan(std::int64_t in_rows, std::int64_t in_columns, std::int64_t out_rows,
                       std::int64_t out_columns, std::int64_t channel_count,
                       PixelAlignment alignment)
    : in_height(in_rows),
      in_width(in_columns),
      out_height(out_rows),
      out_width(out_columns),
      channels(channel_count),
      rows(bilinear_taps(in_rows, out_rows, alignment)),
      columns(bilinear_taps(in_columns, out_columns, alignment)),
      blocks(column_blocks(columns, channel_count)) {
  if (channels >= kFewChannels) return;
  for (std::size_t x = 0; x < columns.t.size(); ++x) {
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(channels); ++i) {
      low_element.push_back(columns.low[x] * static_cast<std::int32_t>(channels) + i);
      high_element.push_back(columns.high[x] * static_cast<std::int32_t>(channels) + i);
      element_t.push_back(columns.t[x]);
    }
  }
}

std::size_t ResizePlan::table_bytes() const {
  return (rows.t.size() + columns.t.size() + element_t.size()) * 3 * sizeof(float) +
         blocks.size() * sizeof(Block);
}

void resize_bilinear(const ResizePlan& plan, ConstValues in, Values out, std::int64_t count) {
  const std::int64_t grain = 8192 / (plan.out_width * plan.channels) + 1;
  parallel_ranges(count * plan.out_height, grain, [&](std::int64_t begin, std::int64_t end) {
    HWY_DYNAMIC_DISPATCH(resize_rows)(plan, in, out, begin, end);
  });
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
