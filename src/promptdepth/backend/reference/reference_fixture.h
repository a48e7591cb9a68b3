#pragma once

#include <functional>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"

namespace promptdepth {

/// A session of the reference backend, and values in and out of it, for closed-form tests.
class ReferenceFixture : public ::testing::Test {
 protected:
  FeatureMap map(FeatureShape shape, const std::vector<float>& values) {
    return session_->upload(values, shape);
  }

  /// 0, 1, 2, ... in storage order.
  FeatureMap counting(FeatureShape shape) {
    std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
    std::iota(values.begin(), values.end(), 0.0F);
    return map(shape, values);
  }

  std::vector<float> values(const FeatureMap& x) {
    std::vector<float> result(static_cast<std::size_t>(x.shape().element_count()));
    session_->download(x, result);
    return result;
  }

  static HostTensor tensor(Shape shape, std::vector<float> values) {
    return HostTensor::from_floats(shape, std::move(values));
  }

  static void expect_refused(const std::function<void()>& action) {
    try {
      action();
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInternal);
    }
  }

  std::unique_ptr<Backend> backend_ = make_reference_backend();
  std::unique_ptr<Session> session_ = backend_->make_session();
};

}  // namespace promptdepth
