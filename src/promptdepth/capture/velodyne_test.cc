#include "promptdepth/capture/velodyne.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

TEST(Velodyne, IsFourFloatsPerPoint) {
  const TestFolder folder;
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = {1, 2, 3, 0.5F, kNaN, 0, 0, 0, 4, 5, 6, kNaN};
  folder.text("a.bin", {reinterpret_cast<const char*>(values.data()), 4 * values.size()});
  const std::vector<Vec3f> points = read_velodyne(folder.file("a.bin"));
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0], Vec3f(1, 2, 3));
  EXPECT_EQ(points[1], Vec3f(4, 5, 6));
}

TEST(Velodyne, OfAnotherLengthIsRefused) {
  const TestFolder folder;
  for (const std::size_t size : {0, 1, 15, 17}) {
    folder.text("a.bin", std::string(size, '\0'));
    EXPECT_THROW(read_velodyne(folder.file("a.bin")), Error) << size;
  }
  EXPECT_THROW(read_velodyne(folder.file("none.bin")), Error);
}

}  // namespace
}  // namespace promptdepth
