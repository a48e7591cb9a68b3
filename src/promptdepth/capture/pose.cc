#include "promptdepth/capture/pose.h"

#include <Eigen/SVD>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

/// How far a stored rotation's columns may be from orthonormal.
constexpr double kRotationTolerance = 0.02;

bool is_nearly_rotation(const Eigen::Matrix3d& r) {
  const Eigen::Matrix3d residual = r.transpose() * r - Eigen::Matrix3d::Identity();
  return residual.cwiseAbs().maxCoeff() < kRotationTolerance && r.determinant() > 0;
}

}  // namespace

std::optional<std::vector<double>> parse_numbers(std::string_view text, std::size_t most) {
  constexpr std::string_view kSeparators = ", \t\r\n";
  std::vector<double> numbers;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
    if (text.empty()) return numbers;
    const std::string_view word = text.substr(0, text.find_first_of(kSeparators));
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool whole = error == std::errc() && end == word.data() + word.size();
    if (!whole || numbers.size() == most) return std::nullopt;
    numbers.push_back(number);
    text.remove_prefix(word.size());
  }
}

std::optional<Eigen::Isometry3d> pose_from_matrix(std::span<const double> row_major) {
  if (row_major.size() != 12 && row_major.size() != 16) return std::nullopt;
  if (!std::all_of(row_major.begin(), row_major.end(), [](double v) { return std::isfinite(v); })) {
    return std::nullopt;
  }
  using Rows = Eigen::Matrix<double, 3, 4, Eigen::RowMajor>;
  const Eigen::Map<const Rows> rows(row_major.data());
  const Eigen::Matrix3d stored = rows.leftCols<3>();
  if (!is_nearly_rotation(stored)) return std::nullopt;
  Eigen::Isometry3d pose = Eigen::Isometry3d::Identity();
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(stored, Eigen::ComputeFullU | Eigen::ComputeFullV);
  pose.linear() = svd.matrixU() * svd.matrixV().transpose();
  pose.translation() = rows.col(3);
  return pose;
}

std::optional<Eigen::Isometry3d> read_pose_matrix(const std::filesystem::path& path) {
  constexpr std::size_t kMostBytes = 1 << 16;
  try {
    const auto numbers = parse_numbers(read_text_file(path, kMostBytes), 16);
    return numbers ? pose_from_matrix(*numbers) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<Eigen::Isometry3d> pose_from_quaternion(const Eigen::Vector3d& position_m, double qx,
                                                      double qy, double qz, double qw) {
  const Eigen::Quaterniond rotation(qw, qx, qy, qz);
  const double length = rotation.norm();
  if (!position_m.allFinite() || !std::isfinite(length) || length < 1e-6) return std::nullopt;
  Eigen::Isometry3d pose = Eigen::Isometry3d::Identity();
  pose.linear() = rotation.normalized().toRotationMatrix();
  pose.translation() = position_m;
  return pose;
}

Eigen::Isometry3d from_opengl_camera(const Eigen::Isometry3d& world_from_opengl_camera) {
  Eigen::Isometry3d pose = world_from_opengl_camera;
  pose.linear().rightCols<2>() *= -1.0;
  return pose;
}

Eigen::Isometry3d interpolate(const Eigen::Isometry3d& a, const Eigen::Isometry3d& b,
                              double share) {
  Eigen::Isometry3d pose = Eigen::Isometry3d::Identity();
  pose.linear() = Eigen::Quaterniond(a.linear())
                      .slerp(share, Eigen::Quaterniond(b.linear()))
                      .toRotationMatrix();
  pose.translation() = (1 - share) * a.translation() + share * b.translation();
  return pose;
}

}  // namespace promptdepth
