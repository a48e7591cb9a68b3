#include "promptdepth/capture/pose_track.h"

#include <numbers>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/capture/text_lines.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::HasSubstr;

Eigen::Isometry3d at_x(double x) {
  Eigen::Isometry3d pose = Eigen::Isometry3d::Identity();
  pose.translation().x() = x;
  return pose;
}

TEST(TextLines, AreWithoutBlanksAndComments) {
  EXPECT_THAT(lines_of("\n # no\n a b \r\n\nc"), ElementsAre("a b", "c"));
  EXPECT_TRUE(lines_of("").empty());
}

TEST(PoseTrack, InterpolatesAcrossShortGapsOnly) {
  PoseTrack track;
  EXPECT_FALSE(track.at(1, 1));
  track.add(1.0, at_x(10));
  track.add(1.2, at_x(20));
  track.add(3.0, at_x(30));
  EXPECT_EQ(track.at(1.0, 0.3)->translation().x(), 10);
  EXPECT_NEAR(track.at(1.05, 0.3)->translation().x(), 12.5, 1e-9);
  EXPECT_EQ(track.at(1.3, 0.3)->translation().x(), 20);  // The nearer one.
  EXPECT_FALSE(track.at(2.0, 0.3));
  EXPECT_EQ(track.at(0.9, 0.3)->translation().x(), 10);
  EXPECT_FALSE(track.at(0.8, 0.3));
  EXPECT_EQ(track.at(3.1, 0.3)->translation().x(), 30);
}

TEST(TumTrajectory, IsWorldFromCamera) {
  ProblemList problems;
  const PoseTrack track = parse_tum_trajectory(
      "# timestamp tx ty tz qx qy qz qw\n"
      "1305031098.6659 1.3563 0.6305 1.6380 0 0 0.7071068 0.7071068\n"
      "1305031098.6758 nan 0 0 0 0 0 1\nbroken\n",
      problems);
  const auto pose = track.at(1305031098.6659, 0.02);
  ASSERT_TRUE(pose);
  EXPECT_LT((*pose * Vector3d(1, 0, 0) - Vector3d(1.3563, 1.6305, 1.638)).norm(), 1e-6);
  EXPECT_FALSE(track.at(1305031098.69, 0.02));
  EXPECT_THAT(problems.sentences(), ElementsAre(HasSubstr("left out: 2, the first: '1305031098")));
}

TEST(ArkitScenesTrajectory, IsCameraFromWorld) {
  ProblemList problems;
  // The camera stands at the world's (1, 2, 3), turned a quarter about z.
  const Eigen::AngleAxisd turn(std::numbers::pi / 2, Vector3d::UnitZ());
  const Vector3d shift = -(turn.toRotationMatrix() * Vector3d(1, 2, 3));
  const PoseTrack track = parse_arkitscenes_trajectory(
      fmt::format("5.5 0 0 {} {} {} {}\n6.5 0 0 0 4 5 6\n7.5 0 0 0 4 5 inf\n", turn.angle(),
                  shift.x(), shift.y(), shift.z()),
      problems);
  EXPECT_LT((track.at(5.5, 0.1)->translation() - Vector3d(1, 2, 3)).norm(), 1e-12);
  EXPECT_LT((track.at(6.5, 0.1)->translation() + Vector3d(4, 5, 6)).norm(), 1e-12);
  EXPECT_FALSE(track.at(7.5, 0.1));
}

}  // namespace
}  // namespace promptdepth
