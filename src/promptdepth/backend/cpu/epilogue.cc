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

/// GELU(x) = max(x, 0) − h(|x|) with h(a) = a/2·erfc(a/√2), which vanishes for large a. h is a
/// minimax polynomial in v = 2a/range − 1 (Remez), ascending powers; beyond `range` its end value.
template <std::size_t kCount>
struct GeluTail {
  float range;
  std::array<float, kCount> coefficients;
};

inline constexpr GeluTail<18> kFineGeluTail = {
    5.6F,
    {0.00715437401F, -0.0549033532F, 0.181205292F, -0.31134447F, 0.214633215F, 0.21476344F,
     -0.634651991F, 0.531078581F, 0.0814322853F, -0.549704935F, 0.363365843F, 0.157068503F,
     -0.310851611F, 0.0488159299F, 0.115670221F, -0.0453533873F, -0.0179576296F, 0.00957972087F}};
inline constexpr GeluTail<11> kCoarseGeluTail = {
    4.4F,
    {0.0305806133F, -0.141021231F, 0.244301195F, -0.118418493F, -0.22907106F, 0.410075529F,
     -0.158881199F, -0.175299825F, 0.150179042F, 0.0246657468F, -0.0370966831F}};

}  // namespace promptdepth::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {

template <class D, std::size_t kCount>
HWY_INLINE hn::Vec<D> gelu(D d, hn::Vec<D> x, const GeluTail<kCount>& tail) {
  const auto a = hn::Min(hn::Abs(x), hn::Set(d, tail.range));
  const auto v = hn::MulSub(a, hn::Set(d, 2.0F / tail.range), hn::Set(d, 1.0F));
  auto h = hn::Set(d, tail.coefficients[kCount - 1]);
  for (std::size_t i = kCount - 1; i-- > 0;) {
    h = hn::MulAdd(h, v, hn::Set(d, tail.coefficients[i]));
  }
  return hn::Sub(hn::Max(x, hn::Zero(d)), h);
}

template <Nonlinearity kKind, class Out, class D>
HWY_INLINE hn::Vec<D> apply(D d, hn::Vec<D> x) {
  if constexpr (kKind == Nonlinearity::kRelu) return hn::Max(x, hn::Zero(d));
  if constexpr (kKind == Nonlinearity::kLeakyRelu) {
    return hn::Max(x, hn::Mul(x, hn::Set(d, kLeakyReluSlope)));
  }
  if constexpr (kKind == Nonlinearity::kGelu) {
    if constexpr (std::is_same_v<Out, float>) return gelu(d, x, kFineGeluTail);
    return gelu(d, x, kCoarseGeluTail);
  }
  if constexpr (kKind == Nonlinearity::kSigmoid) {
    const auto one = hn::Set(d, 1.0F);
    return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(x))));
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
