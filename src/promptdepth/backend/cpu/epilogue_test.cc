#include "promptdepth/backend/cpu/epilogue.h"

#include "promptdepth/backend/cpu/kernel_fixture.h"

namespace promptdepth::cpu {
namespace {

class FinishedTile : public EachTarget {};

INSTANTIATE_TEST_SUITE_P(Targets, FinishedTile, ::testing::ValuesIn(generated_targets()),
                         name_of_target);

constexpr Nonlinearity kNonlinearities[] = {Nonlinearity::kIdentity, Nonlinearity::kRelu,
                                            Nonlinearity::kLeakyRelu, Nonlinearity::kGelu,
                                            Nonlinearity::kSigmoid};

double apply(Nonlinearity nonlinearity, double x) {
  switch (nonlinearity) {
    case Nonlinearity::kIdentity:
      return x;
    case Nonlinearity::kRelu:
      return std::max(x, 0.0);
    case Nonlinearity::kLeakyRelu:
      return x > 0.0 ? x : static_cast<double>(kLeakyReluSlope) * x;
    case Nonlinearity::kGelu:
      return x * 0.5 * std::erfc(-x / std::sqrt(2.0));
    case Nonlinearity::kSigmoid:
      return 1.0 / (1.0 + std::exp(-x));
  }
  return x;
}

/// How far the nonlinearity of `sum`, itself rounded once, may be off before it is stored. All
/// slopes are below 1.2.
double error_of(Nonlinearity nonlinearity, DType out, double sum) {
  const double moved = 1.2 * kF32Unit * std::abs(sum);
  switch (nonlinearity) {
    case Nonlinearity::kGelu:
      return moved + (out == DType::kF32 ? 2e-7 : 2e-4) * std::abs(sum);
    case Nonlinearity::kSigmoid:
      return moved + 4.0 * kF32Unit;
    default:
      return moved + kF32Unit * std::abs(sum);
  }
}

struct TileCase {
  Epilogue epilogue;
  DType out;
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t gap;  ///< Elements between rows of the result.
};

void check(const TileCase& c) {
  const std::int64_t stride = c.columns + c.gap;
  const Guarded product(DType::kF32, random_values(c.rows * c.columns, c.columns, 1));
  const Guarded bias(DType::kF32, random_values(c.columns, 2));
  Guarded out(c.out, c.rows * stride - c.gap);
  const std::vector<float> before = random_values(c.rows * stride, c.columns, 3);
  std::vector<double> expected;
  std::vector<double> tolerance;
  for (std::int64_t row = 0; row < c.rows; ++row) {
    for (std::int64_t i = 0; i < c.columns; ++i) {
      const double start =
          c.epilogue.accumulate ? before[static_cast<std::size_t>(row * stride + i)] : 0.0;
      if (c.epilogue.accumulate) out.set(row * stride + i, static_cast<float>(start));
      const double sum = static_cast<double>(product[row * c.columns + i]) + bias[i];
      expected.push_back(start + apply(c.epilogue.nonlinearity, sum));
      tolerance.push_back(error_of(c.epilogue.nonlinearity, c.out, sum) +
                          rounding_of(DType::kF32, expected.back()) +
                          rounding_of(c.out, expected.back()));
    }
  }

  finish_tile({.product = product.floats(),
               .rows = c.rows,
               .columns = c.columns,
               .bias = bias.floats(),
               .out = out.view(),
               .out_stride = stride},
              c.epilogue);

  std::vector<float> found;
  for (std::int64_t i = 0; i < c.rows * stride - c.gap; ++i) {
    if (i % stride < c.columns) {
      found.push_back(out[i]);
    } else {
      ASSERT_TRUE(out.is_untouched(i)) << "element " << i << " between rows";
    }
  }
  expect_within(found, expected, tolerance);
  ASSERT_TRUE(out.is_intact());
}

void check_all(std::int64_t rows, std::int64_t columns, std::int64_t gap) {
  for (const Nonlinearity nonlinearity : kNonlinearities) {
    for (const bool accumulate : {false, true}) {
      for (const DType out : kStorageTypes) {
        SCOPED_TRACE(::testing::Message()
                     << "nonlinearity " << static_cast<int>(nonlinearity) << ", accumulate "
                     << accumulate << ", " << name_of(out) << ", " << rows << "x" << columns);
        check({{nonlinearity, accumulate}, out, rows, columns, gap});
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST_P(FinishedTile, HasBiasNonlinearityAndWhatWasThereBefore) {
  for (const std::int64_t columns : counts_around_vectors()) check_all(4, columns, 0);
}

TEST_P(FinishedTile, LeavesWhatLiesBetweenItsRows) {
  for (const std::int64_t columns : {1, 7, 16, 33}) check_all(4, columns, 3);
}

TEST_P(FinishedTile, OneColumnIsFinishedLikeARow) {
  for (const std::int64_t rows : {1, 2, 15, 16, 17, 65}) check_all(rows, 1, 0);
}

/// GELU on a grid of the whole range of its polynomials and beyond, against its closed form.
TEST_P(FinishedTile, GeluIsAsGoodAsPromised) {
  std::vector<float> x;
  for (float value = -12.0F; value <= 12.0F; value += 0x1p-9F) x.push_back(value);
  const auto columns = static_cast<std::int64_t>(x.size());
  const std::vector<float> no_bias(x.size(), 0.0F);
  for (const DType dtype : kStorageTypes) {
    Guarded out(dtype, columns);
    finish_tile({.product = x.data(),
                 .rows = 1,
                 .columns = columns,
                 .bias = no_bias.data(),
                 .out = out.view(),
                 .out_stride = columns},
                {.nonlinearity = Nonlinearity::kGelu});
    std::vector<double> expected;
    std::vector<double> tolerance;
    for (const float value : x) {
      expected.push_back(apply(Nonlinearity::kGelu, value));
      tolerance.push_back((dtype == DType::kF32 ? 2e-7 : 2e-4) * std::abs(value) +
                          (dtype == DType::kF32 ? 0.0 : rounding_of(dtype, expected.back())));
    }
    expect_within(out.values(), expected, tolerance);
  }
}

}  // namespace
}  // namespace promptdepth::cpu
