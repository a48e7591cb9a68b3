#include "promptdepth/backend/cpu/product.h"

#include "promptdepth/backend/cpu/product_fixture.h"

namespace promptdepth::cpu {
namespace {

class Product : public EachTarget {};

INSTANTIATE_TEST_SUITE_P(Targets, Product, ::testing::ValuesIn(generated_targets()),
                         name_of_target);

/// Runs the product in a workspace of just the bytes asked for, and holds it to the formula.
void expect_multiplied(Executor& executor, const ProductCase& c, std::int64_t rows, DType result,
                       const Epilogue& epilogue) {
  SCOPED_TRACE(::testing::Message() << rows << " rows, " << c << ", result " << name_of(result)
                                    << ", nonlinearity " << static_cast<int>(epilogue.nonlinearity)
                                    << ", accumulate " << epilogue.accumulate);
  const PackedProduct layer = packed(c);
  const std::vector<float> values = random_values(rows * c.in, 1);
  const std::vector<float> before = random_values(rows * c.out, 2);
  Guarded in(c.dtype, values);
  Guarded out(result, before);
  const auto bytes = static_cast<std::int64_t>(product_workspace_bytes(layer, rows));
  Guarded workspace(DType::kF32, bytes / static_cast<std::int64_t>(sizeof(float)), 0);
  multiply(executor, layer, rows, in.view().data, out.view(), epilogue, workspace.data());
  expect_product(c, values, out.values(),
                 {.result = result, .epilogue = epilogue, .before = before});
  EXPECT_TRUE(in.is_intact() && out.is_intact() && workspace.is_intact());
}

TEST_P(Product, FollowsTheFormulaForEveryEpilogue) {
  Executor executor;
  for (const DType dtype : supported_types()) {
    for (const Nonlinearity nonlinearity : {Nonlinearity::kIdentity, Nonlinearity::kRelu}) {
      for (const bool accumulate : {false, true}) {
        for (const DType result : {dtype, DType::kF32}) {
          for (const std::int64_t out : {1, 17, 64, 130}) {
            expect_multiplied(executor, {.in = 29, .out = out, .dtype = dtype, .most_columns = 64},
                              53, result, {nonlinearity, accumulate});
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

/// Rows that no tile divides, on threads that no number of tiles divides.
TEST_P(Product, FollowsTheFormulaForEveryNumberOfRowsAndThreads) {
  for (const int threads : {1, 2, 3}) {
    const WithThreads several(threads);
    Executor executor;
    for (const DType dtype : supported_types()) {
      for (const std::int64_t rows : {1, 2, 5, 6, 7, 47, 48, 49, 191, 193, 401}) {
        expect_multiplied(executor,
                          {.in = 16, .out = 70, .dtype = dtype, .scaled = true, .most_columns = 64},
                          rows, dtype, {Nonlinearity::kRelu, false});
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(RepeatedProduct, TakesNoMoreMemory) {
  const WithThreads several(3);
  Executor executor;
  const PackedProduct layer = packed({.in = 64, .out = 200, .most_columns = 64});
  constexpr std::int64_t kRows = 500;
  Guarded in(DType::kF32, random_values(kRows * 64, 1));
  Guarded out(DType::kF32, kRows * 200);
  std::vector<float> workspace(product_workspace_bytes(layer, kRows) / sizeof(float));
  const auto pass = [&] {
    multiply(executor, layer, kRows, in.view().data, out.view(), {Nonlinearity::kGelu, false},
             reinterpret_cast<std::byte*>(workspace.data()));
    return executor.allocated_bytes();
  };
  const std::size_t first = pass();
  EXPECT_EQ(pass(), first);
}

}  // namespace
}  // namespace promptdepth::cpu
