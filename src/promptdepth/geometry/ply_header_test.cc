#include "promptdepth/geometry/ply_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

PlyHeader parse(const std::string& text) {
  return parse_ply_header(std::as_bytes(std::span(text)), "test.ply");
}

TEST(PlyHeader, HasFormatElementsAndProperties) {
  const std::string text =
      "ply\r\nformat binary_big_endian 1.0\r\ncomment a remark\nobj_info other\nelement vertex 2\n"
      "property float32 x\nproperty double y\nelement face 1\n"
      "property list uchar uint vertex_indices\nend_header\n";
  const PlyHeader header = parse(text + std::string(64, '\0'));
  EXPECT_EQ(header.format, PlyFormat::kBigEndian);
  EXPECT_EQ(header.bytes, text.size());
  ASSERT_EQ(header.elements.size(), 2U);
  EXPECT_EQ(header.elements[0].count, 2U);
  EXPECT_EQ(header.elements[0].properties[1].type, PlyType::kF64);
  EXPECT_FALSE(header.elements[0].properties[1].count_type);
  EXPECT_EQ(header.elements[1].properties[0].name, "vertex_indices");
  EXPECT_EQ(header.elements[1].properties[0].count_type, PlyType::kU8);
}

void expect_refused(const std::string& text, const std::string& part) {
  try {
    parse(text);
    FAIL() << "expected an error for " << text;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_THAT(error.what(), HasSubstr("test.ply"));
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(PlyHeader, RefusesWhatIsNone) {
  const std::string start = "ply\nformat ascii 1.0\n";
  expect_refused("", "end of the file");
  expect_refused("plx\n", "PLY file");
  expect_refused("ply\nformat ascii 2.0\nend_header\n", "format");
  expect_refused("ply\nformat ebcdic 1.0\nend_header\n", "ebcdic");
  expect_refused(start + "element vertex -1\nend_header\n", "-1");
  expect_refused(start + "element vertex\nend_header\n", "element NAME COUNT");
  expect_refused(start + "property float x\nend_header\n", "before its properties");
  expect_refused(start + "element vertex 0\nproperty half x\nend_header\n", "half");
  expect_refused(start + "element vertex 0\nproperty float\nend_header\n", "property TYPE NAME");
  expect_refused(start + "vertices 9\n", "vertices");
  expect_refused(start + "element vertex 0\n", "end of the file");
}

TEST(PlyHeader, RefusesMoreElementsThanTheFileCanHold) {
  expect_refused(
      "ply\nformat binary_little_endian 1.0\nelement vertex 18446744073709551615\n"
      "property float x\nend_header\n0123456789",
      "10 bytes");
  expect_refused("ply\nformat ascii 1.0\nelement thing 9999999\nend_header\n", "properties");
}

}  // namespace
}  // namespace promptdepth
