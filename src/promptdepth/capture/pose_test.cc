#include "promptdepth/capture/pose.h"

#include <array>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(PoseNumbers, AreSeparatedByBlanksOrCommas) {
  EXPECT_THAT(*parse_numbers(" 1,\t-2.5 3e-2\r\n", 3), ElementsAre(1, -2.5, 0.03));
  EXPECT_TRUE(std::isnan(parse_numbers("nan", 1)->front()));
  EXPECT_TRUE(parse_numbers("", 3)->empty());
  EXPECT_FALSE(parse_numbers("1 2 3", 2));
  EXPECT_FALSE(parse_numbers("1 2x", 3));
  EXPECT_FALSE(parse_numbers("-1.#IND", 3));
}

TEST(Pose, FromAMatrixIsARotationAndAPosition) {
  // A quarter turn about z, rounded as files do.
  const std::array<double, 16> rows = {0.0004, -0.9996, 0, 1, 0.9999, 0, 0, 2,
                                       0,      0,       1, 3, 0,      0, 0, 1};
  const auto pose = pose_from_matrix(rows);
  ASSERT_TRUE(pose);
  EXPECT_LT((pose->linear().transpose() * pose->linear() - Eigen::Matrix3d::Identity()).norm(),
            1e-12);
  EXPECT_LT((*pose * Vector3d(1, 0, 0) - Vector3d(1, 3, 3)).norm(), 1e-3);
  EXPECT_TRUE(pose_from_matrix(std::span(rows).first(12)));
  EXPECT_FALSE(pose_from_matrix(std::span(rows).first(11)));
}

TEST(Pose, ThatIsNoneIsNothing) {
  std::array<double, 16> rows = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  ASSERT_TRUE(pose_from_matrix(rows));
  for (const double bad : {kNaN, std::numeric_limits<double>::infinity(), 0.5, -1.0}) {
    auto broken = rows;
    broken[0] = bad;
    EXPECT_FALSE(pose_from_matrix(broken)) << bad;
  }
  rows[3] = kNaN;
  EXPECT_FALSE(pose_from_matrix(rows));
  EXPECT_FALSE(pose_from_quaternion({0, 0, 0}, 0, 0, 0, 0));
  EXPECT_FALSE(pose_from_quaternion({0, 0, 0}, 0, 0, kNaN, 1));
  EXPECT_FALSE(pose_from_quaternion({0, kNaN, 0}, 0, 0, 0, 1));
}

TEST(Pose, FromAQuaternionOfAnyLength) {
  const auto pose = pose_from_quaternion({1, 2, 3}, 0, 0, 2, 2);  // A quarter turn about z.
  ASSERT_TRUE(pose);
  EXPECT_LT((*pose * Vector3d(1, 0, 0) - Vector3d(1, 3, 3)).norm(), 1e-12);
}

TEST(Pose, OfAnOpenGlCameraLooksAlongItsNegativeZ) {
  const auto opengl = pose_from_quaternion({1, 2, 3}, 0, 0, 0, 1);
  const Eigen::Isometry3d pose = from_opengl_camera(*opengl);
  EXPECT_EQ(pose * Vector3d(0, 0, 2), Vector3d(1, 2, 1));
  EXPECT_EQ(pose * Vector3d(0, 1, 0), Vector3d(1, 1, 3));
  EXPECT_EQ(pose * Vector3d(1, 0, 0), Vector3d(2, 2, 3));
}

TEST(Pose, InBetweenTurnsAndMovesEvenly) {
  const auto a = pose_from_quaternion({0, 0, 0}, 0, 0, 0, 1);
  const auto b = pose_from_quaternion({3, 0, 0}, 0, 0, 1, 1);
  const Eigen::Isometry3d third = interpolate(*a, *b, 1.0 / 3);
  EXPECT_NEAR(third.translation().x(), 1, 1e-12);
  EXPECT_NEAR(Eigen::AngleAxisd(third.linear()).angle(), std::numbers::pi / 6, 1e-12);
}

}  // namespace
}  // namespace promptdepth
