#include "promptdepth/network/layer_reader.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/tensor/memory_weights.h"

namespace promptdepth {
namespace {

class LayerReaderTest : public ::testing::Test {
 protected:
  MemoryWeights weights_;
  std::unique_ptr<Backend> backend_ = make_reference_backend();
  std::unique_ptr<Session> session_ = backend_->make_session();
  LayerReader reader_{weights_, *backend_};

  std::vector<float> download(const FeatureMap& x) {
    std::vector<float> values(static_cast<std::size_t>(x.shape().element_count()));
    session_->download(x, values);
    return values;
  }
};

TEST_F(LayerReaderTest, ALayerWithoutBiasHasNone) {
  weights_.add("a.weight", HostTensor::from_floats({1, 2}, {2.0F, 3.0F}));
  const std::vector<float> x = {10.0F, 1.0F};
  EXPECT_EQ(download(session_->linear(session_->upload(x, {1, 1, 1, 2}), *reader_.linear("a"), {})),
            std::vector<float>{23.0F});
}

TEST_F(LayerReaderTest, ALayerScaleMultipliesWeightAndBias) {
  weights_.add("a.weight", HostTensor::from_floats({1, 1}, {2.0F}));
  weights_.add("a.bias", HostTensor::from_floats({1}, {1.0F}));
  weights_.add("a.gamma", HostTensor::from_floats({1}, {0.5F}));
  const std::vector<float> x = {3.0F};
  EXPECT_EQ(download(session_->linear(session_->upload(x, {1, 1, 1, 1}),
                                      *reader_.scaled_linear("a", "a.gamma"), {})),
            std::vector<float>{3.5F});
}

TEST_F(LayerReaderTest, OddConvolutionsKeepTheSize) {
  for (const std::int64_t kernel : {1, 3}) {
    const std::string name = fmt::format("conv{}", kernel);
    weights_.add(name + ".weight", HostTensor::filled({1, 1, kernel, kernel}, 1.0F));
    const std::vector<float> x(20, 1.0F);
    const FeatureMap y =
        session_->conv2d(session_->upload(x, {1, 4, 5, 1}), *reader_.conv2d(name), {});
    EXPECT_EQ(y.shape(), (FeatureShape{1, 4, 5, 1}));
  }
}

TEST_F(LayerReaderTest, NamesTheTensorThatIsNotThere) {
  try {
    reader_.linear("nobody");
    FAIL() << "read a layer that is not there";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("nobody.weight"), std::string::npos);
  }
}

}  // namespace
}  // namespace promptdepth
