#include "promptdepth/backend/cpu/epilogue.h"

#include <array>
#include <type_traits>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "promptdepth/backend/cpu/epilogue.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format off
#include <hwy/contrib/math/math-inl.h>  // Not before foreach_target.h.
// clang-format on

#include "promptdepth/backend/cpu/vector_io-inl.h"

#ifndef PROMPTDEPTH_BACKEND_CPU_EPILOGUE_ONCE_
#define PROMPTDEPTH_BACKEND_CPU_EPILOGUE_ONCE_
namespace promptdepth::cpu {

/// GELU(x) = x·Φ(x) = max(x, 0) − |x|·q(|x|), where q(a) = erfc(a/√2)/2 is the tail of the normal
/// distribution: on [0, range] a minimax polynomial (Remez) in v = 2a/range − 1, ascending powers;
/// from there on its end value, which is next to nothing.
template <std::size_t kCount>
struct NormalTail {
  float range;
  std::array<float, kCount> coefficients;
};

/// Off by at most 6e-8, about what rounding the terms adds.
inline constexpr NormalTail<16> kFineTail = {
    5.3F,
    {0.00402458819F, -0.0315680489F, 0.110841258F, -0.222485185F, 0.26091656F, -0.132466023F,
     -0.08965886F, 0.202886809F, -0.109009583F, -0.0604211069F, 0.106862557F, -0.0209567109F,
     -0.0401657527F, 0.0191480786F, 0.00618929627F, -0.00413778499F}};
/// Off by at most 2e-4, a twentieth of what rounding the result to bfloat16 adds.
inline constexpr NormalTail<8> kCoarseTail = {
    3.6F,
    {0.0358471661F, -0.142069932F, 0.233059652F, -0.172428457F, -0.000425988294F, 0.0761562448F,
     -0.0184845716F, -0.0115783009F}};

}  // namespace promptdepth::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {

template <class D, std::size_t kCount>
HWY_INLINE hn::Vec<D> gelu(D d, hn::Vec<D> x, const NormalTail<kCount>& tail) {
  const auto a = hn::Min(hn::Abs(x), hn::Set(d, tail.range));
  const auto v = hn::MulSub(a, hn::Set(d, 2.0F / tail.range), hn::Set(d, 1.0F));
  auto q = hn::Set(d, tail.coefficients[kCount - 1]);
  for (std::size_t i = kCount - 1; i-- > 0;) {
    q = hn::MulAdd(q, v, hn::Set(d, tail.coefficients[i]));
  }
  return hn::NegMulAdd(a, q, hn::Max(x, hn::Zero(d)));
}

template <Nonlinearity kKind, class Out, class D>
HWY_INLINE hn::Vec<D> apply(D d, hn::Vec<D> x) {
  if constexpr (kKind == Nonlinearity::kRelu) return hn::Max(x, hn::Zero(d));
  if constexpr (kKind == Nonlinearity::kLeakyRelu) {
    return hn::Max(x, hn::Mul(x, hn::Set(d, kLeakyReluSlope)));
  }
  if constexpr (kKind == Nonlinearity::kGelu) {
    if constexpr (std::is_same_v<Out, float>) return gelu(d, x, kFineTail);
    return gelu(d, x, kCoarseTail);
  }
  if constexpr (kKind == Nonlinearity::kSigmoid) {
    const auto one = hn::Set(d, 1.0F);
    // Highway's exponential does not saturate; 1 + e^88 is as good as infinite.
    const auto exponential = hn::Exp(d, hn::Min(hn::Neg(x), hn::Set(d, 88.0F)));
    return hn::Div(one, hn::Add(one, exponential));
  }
  return x;
}

template <Nonlinearity kKind, bool kAccumulate, class Out>
HWY_INLINE void finish_rows(const ProductTile& tile, Out* out) {
  for (std::int64_t row = 0; row < tile.rows; ++row) {
    const float* HWY_RESTRICT product = tile.product + row * tile.columns;
    Out* HWY_RESTRICT to = out + row * tile.out_stride;
    for_each_vector(tile.columns, [&](auto d, std::int64_t i) HWY_ATTR {
      const auto sum = hn::Add(hn::LoadU(d, product + i), hn::LoadU(d, tile.bias + i));
      auto result = apply<kKind, Out>(d, sum);
      if constexpr (kAccumulate) result = hn::Add(result, load(d, to + i));
      store(d, result, to + i);
    });
  }
}

template <Nonlinearity kKind>
HWY_INLINE void finish(const ProductTile& tile, bool accumulate) {
  with_elements(tile.out, [&](auto* out) HWY_ATTR {
    if (accumulate) {
      finish_rows<kKind, true>(tile, out);
    } else {
      finish_rows<kKind, false>(tile, out);
    }
  });
}

void finish_any(const ProductTile& tile, const Epilogue& epilogue) {
  switch (epilogue.nonlinearity) {
    case Nonlinearity::kIdentity:
      return finish<Nonlinearity::kIdentity>(tile, epilogue.accumulate);
    case Nonlinearity::kRelu:
      return finish<Nonlinearity::kRelu>(tile, epilogue.accumulate);
    case Nonlinearity::kLeakyRelu:
      return finish<Nonlinearity::kLeakyRelu>(tile, epilogue.accumulate);
    case Nonlinearity::kGelu:
      return finish<Nonlinearity::kGelu>(tile, epilogue.accumulate);
    case Nonlinearity::kSigmoid:
      return finish<Nonlinearity::kSigmoid>(tile, epilogue.accumulate);
  }
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::cpu {
namespace {
HWY_EXPORT(finish_any);
}  // namespace

void finish_tile(const ProductTile& tile, const Epilogue& epilogue) {
  if (tile.columns == 1 && tile.out_stride == 1) {
    // A column is a row, too, and that one fills vectors.
    const std::vector<float> bias(static_cast<std::size_t>(tile.rows), tile.bias[0]);
    ProductTile row = tile;
    row.rows = 1;
    row.columns = tile.rows;
    row.bias = bias.data();
    HWY_DYNAMIC_DISPATCH(finish_any)(row, epilogue);
  } else {
    HWY_DYNAMIC_DISPATCH(finish_any)(tile, epilogue);
  }
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
