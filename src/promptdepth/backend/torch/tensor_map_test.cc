#include "promptdepth/backend/torch/tensor_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/torch/torch_fixture.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

class OtherBuffer final : public FeatureBuffer {
 public:
  void recycle() override {}
};

using TensorMap = TorchFixture;

TEST_F(TensorMap, IsAnImageInChannelsLastMemory) {
  const FeatureMap x = map({1, 2, 1, 3}, {1, 2, 3, 4, 5, 6});
  const at::Tensor tensor = tensor_of(x);
  EXPECT_EQ(tensor.sizes(), (at::IntArrayRef{1, 3, 2, 1}));
  EXPECT_TRUE(tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(tensor.data_ptr<float>()[5], 6.0F);
}

TEST_F(TensorMap, RowsAndImagesAreViewsOfEachOther) {
  const FeatureMap x = map({1, 2, 1, 3}, {1, 2, 3, 4, 5, 6});
  const at::Tensor rows = torch_backend::rows_of(tensor_of(x));
  EXPECT_EQ(rows.sizes(), (at::IntArrayRef{2, 3}));
  EXPECT_EQ(rows.data_ptr(), tensor_of(x).data_ptr());
  const at::Tensor image = torch_backend::image_of(rows, x.shape());
  EXPECT_EQ(image.data_ptr(), tensor_of(x).data_ptr());
  EXPECT_TRUE(image.equal(tensor_of(x)));
}

TEST_F(TensorMap, WrapsAnyMemoryFormatWithItsHistory) {
  const FeatureMap x = variable({1, 1, 2, 2}, {1, 2, 3, 4});
  const FeatureMap doubled = wrap(*session_, tensor_of(x).mul(2.0).contiguous());
  EXPECT_EQ(doubled.shape(), x.shape());
  EXPECT_THAT(values(doubled), ElementsAre(2, 4, 6, 8));
  EXPECT_THAT(gradient_of_sum(doubled, x), ElementsAre(2, 2, 2, 2));
}

TEST_F(TensorMap, CountsTheBytesOfLivingMaps) {
  const std::size_t before = session_->allocated_bytes();
  {
    const FeatureMap x = map({1, 1, 2, 2}, {1, 2, 3, 4});
    EXPECT_EQ(session_->allocated_bytes(), before + 16);
  }
  EXPECT_EQ(session_->allocated_bytes(), before);
}

TEST_F(TensorMap, RefusesWhatIsNoMapOfThisBackend) {
  OtherBuffer buffer;
  const FeatureMap foreign({1, 1, 1, 1}, DType::kF32, &buffer);
  expect_refused([&] { tensor_of(foreign); });
  expect_refused([&] { wrap(*session_, tensor_of(map({1, 1, 1, 1}, {1})).to(at::kDouble)); });
  expect_refused([&] { wrap(*session_, tensor_of(map({1, 1, 1, 1}, {1})).view({1})); });
}

}  // namespace
}  // namespace promptdepth
