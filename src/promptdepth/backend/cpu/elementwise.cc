#include "promptdepth/backend/cpu/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "promptdepth/backend/cpu/elementwise.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format off
#include <hwy/contrib/math/math-inl.h>  // Not before foreach_target.h.
// clang-format on

#include "promptdepth/backend/cpu/parallel.h"
#include "promptdepth/backend/cpu/vector_io-inl.h"

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {

void convert_range(ConstValues in, Values out, std::int64_t count) {
  with_elements(in, [&](const auto* x) HWY_ATTR {
    with_elements(out, [&](auto* y) HWY_ATTR {
      for_each_vector(count,
                      [&](auto d, std::int64_t i) HWY_ATTR { store(d, load(d, x + i), y + i); });
    });
  });
}

void relu_range(ConstValues in, Values out, std::int64_t count) {
  with_elements(in, [&](const auto* x) HWY_ATTR {
    with_elements(out, [&](auto* y) HWY_ATTR {
      for_each_vector(count, [&](auto d, std::int64_t i) HWY_ATTR {
        store(d, hn::Max(load(d, x + i), hn::Zero(d)), y + i);
      });
    });
  });
}

void add_range(ConstValues a, ConstValues b, float scale, Values out, std::int64_t count) {
  with_elements(a, [&](const auto* x) HWY_ATTR {
    with_elements(b, [&](const auto* y) HWY_ATTR {
      with_elements(out, [&](auto* z) HWY_ATTR {
        for_each_vector(count, [&](auto d, std::int64_t i) HWY_ATTR {
          store(d, hn::MulAdd(hn::Set(d, scale), load(d, y + i), load(d, x + i)), z + i);
        });
      });
    });
  });
}

void swiglu_rows(ConstValues in, Values out, std::int64_t rows, std::int64_t channels) {
  with_elements(in, [&](const auto* x) HWY_ATTR {
    with_elements(out, [&](auto* y) HWY_ATTR {
      for (std::int64_t row = 0; row < rows; ++row) {
        const auto* gate = x + row * 2 * channels;
        const auto* value = gate + channels;
        auto* result = y + row * channels;
        for_each_vector(channels, [&](auto d, std::int64_t i) HWY_ATTR {
          const auto a = load(d, gate + i);
          const auto one = hn::Set(d, 1.0F);
          const auto silu =
              hn::Div(a, hn::Add(one, hn::Exp(d, hn::Min(hn::Neg(a), hn::Set(d, 88.0F)))));
          store(d, hn::Mul(silu, load(d, value + i)), result + i);
        });
      }
    });
  });
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::cpu {
namespace {

HWY_EXPORT(convert_range);
HWY_EXPORT(relu_range);
HWY_EXPORT(add_range);
HWY_EXPORT(swiglu_rows);

/// Below this many elements a second thread costs more than it saves.
constexpr std::int64_t kGrain = 1 << 14;

}  // namespace

void convert(ConstValues in, Values out, std::int64_t count) {
  parallel_ranges(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    HWY_DYNAMIC_DISPATCH(convert_range)
    (in.offset_by(begin), out.offset_by(begin), end - begin);
  });
}

void relu(ConstValues in, Values out, std::int64_t count) {
  parallel_ranges(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    HWY_DYNAMIC_DISPATCH(relu_range)(in.offset_by(begin), out.offset_by(begin), end - begin);
  });
}

void add(ConstValues x, ConstValues y, float scale, Values out, std::int64_t count) {
  parallel_ranges(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    HWY_DYNAMIC_DISPATCH(add_range)
    (x.offset_by(begin), y.offset_by(begin), scale, out.offset_by(begin), end - begin);
  });
}

void swiglu(ConstValues in, Values out, std::int64_t rows, std::int64_t channels) {
  const std::int64_t grain = kGrain / channels + 1;
  parallel_ranges(rows, grain, [&](std::int64_t begin, std::int64_t end) {
    HWY_DYNAMIC_DISPATCH(swiglu_rows)
    (in.offset_by(begin * 2 * channels), out.offset_by(begin * channels), end - begin, channels);
  });
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
