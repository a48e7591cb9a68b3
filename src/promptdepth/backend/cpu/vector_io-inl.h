// Loads and stores of float32 and bfloat16 as vectors of float32; compiled once for each
// instruction set (Highway's per-target include guard).

#if defined(PROMPTDEPTH_BACKEND_CPU_VECTOR_IO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PROMPTDEPTH_BACKEND_CPU_VECTOR_IO_INL_H_
#undef PROMPTDEPTH_BACKEND_CPU_VECTOR_IO_INL_H_
#else
#define PROMPTDEPTH_BACKEND_CPU_VECTOR_IO_INL_H_
#endif

#include <cstdint>

#include <hwy/highway.h>

#include "promptdepth/tensor/dtype.h"

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const float* p) {
  return hn::LoadU(d, p);
}

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const BFloat16* p) {
  const hn::Rebind<std::uint16_t, D> d16;
  const hn::Rebind<std::uint32_t, D> d32;
  const auto bits = hn::LoadU(d16, reinterpret_cast<const std::uint16_t*>(p));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
}

template <class D>
HWY_INLINE void store(D d, hn::Vec<D> v, float* p) {
  hn::StoreU(v, d, p);
}

/// Rounds to nearest even. The NaN that the processor makes stays NaN.
template <class D>
HWY_INLINE void store(D, hn::Vec<D> v, BFloat16* p) {
  const hn::Rebind<std::uint16_t, D> d16;
  const hn::RebindToUnsigned<D> d32;
  const auto bits = hn::BitCast(d32, v);
  const auto even = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1U));
  const auto rounded = hn::Add(bits, hn::Add(even, hn::Set(d32, 0x7fffU)));
  hn::StoreU(hn::TruncateTo(d16, hn::ShiftRight<16>(rounded)), d16,
             reinterpret_cast<std::uint16_t*>(p));
}

/// Calls body(d, i) for whole vectors at i = 0, Lanes(d), ..., then for single elements with a
/// one-lane d. Lambdas given here need HWY_ATTR.
template <class Body>
HWY_INLINE void for_each_vector(std::int64_t count, const Body& body) {
  const hn::ScalableTag<float> d;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) body(d, i);
  const hn::CappedTag<float, 1> one;
  for (; i < count; ++i) body(one, i);
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
