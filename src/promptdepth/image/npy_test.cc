#include "promptdepth/image/npy.h"

#include <cstring>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string npy_text(const std::string& header, const std::string& data, char version = 1) {
  std::string text = "\x93NUMPY";
  text += version;
  text += '\0';
  text += static_cast<char>(header.size() & 0xffU);
  text += static_cast<char>(header.size() >> 8U);
  if (version > 1) text.append(2, '\0');
  return text + header + data;
}

std::string header_of(const std::string& descr, const std::string& shape,
                      const std::string& fortran_order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran_order + ", 'shape': " + shape +
         ", }\n";
}

template <typename T>
std::string bytes_of(std::initializer_list<T> values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

NpyArray read(const std::string& text) {
  return read_npy(std::as_bytes(std::span(text)), "the test");
}

std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Npy, ReadsWhatItWrote) {
  const std::vector<std::int64_t> shape{2, 1, 3};
  const std::vector<float> values{1.5F,   -2.0F, 0.0F,
                                  1e-30F, 3e30F, std::numeric_limits<float>::infinity()};
  const std::vector<std::byte> bytes = encode_npy(shape, values);
  EXPECT_EQ((bytes.size() - values.size() * sizeof(float)) % 64, 0U);
  const NpyArray array = read_npy(bytes, "the test");
  EXPECT_EQ(array.shape, shape);
  EXPECT_EQ(array.values, values);
  EXPECT_FALSE(array.is_integer);
}

TEST(Npy, ReadsEveryNumericType) {
  const auto expect = [](const std::string& descr, const std::string& data) {
    SCOPED_TRACE(descr);
    EXPECT_THAT(read(npy_text(header_of(descr, "(2,)"), data)).values, ElementsAre(1.0F, 3.0F));
  };
  expect("<f4", bytes_of({1.0F, 3.0F}));
  expect("<f8", bytes_of({1.0, 3.0}));
  expect("<f2", bytes_of<std::uint16_t>({0x3c00, 0x4200}));
  expect(">f2", bytes_of<std::uint16_t>({0x003c, 0x0042}));
  expect("|i1", bytes_of<std::int8_t>({1, 3}));
  expect("|u1", bytes_of<std::uint8_t>({1, 3}));
  expect("<i2", bytes_of<std::int16_t>({1, 3}));
  expect(">i2", bytes_of<std::int16_t>({0x0100, 0x0300}));
  expect("<u2", bytes_of<std::uint16_t>({1, 3}));
  expect("<i4", bytes_of<std::int32_t>({1, 3}));
  expect("=u4", bytes_of<std::uint32_t>({1, 3}));
  expect("<i8", bytes_of<std::int64_t>({1, 3}));
  expect("<u8", bytes_of<std::uint64_t>({1, 3}));
}

TEST(Npy, TellsIntegersFromFloats) {
  EXPECT_TRUE(read(npy_text(header_of("<u2", "()"), bytes_of<std::uint16_t>({7}))).is_integer);
  EXPECT_TRUE(read(npy_text(header_of("|b1", "()"), std::string(1, '\1'))).is_integer);
  EXPECT_FALSE(read(npy_text(header_of("<f8", "()"), bytes_of({7.0}))).is_integer);
}

TEST(Npy, TurnsFortranOrderIntoRows) {
  const std::string data = bytes_of({0.0F, 3.0F, 1.0F, 4.0F, 2.0F, 5.0F});
  const NpyArray array = read(npy_text(header_of("<f4", "(2, 3)", "True"), data));
  EXPECT_THAT(array.values, ElementsAre(0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F));
  const NpyArray cube = read(npy_text(header_of("<f4", "(1, 3, 2)", "True"), data));
  EXPECT_THAT(cube.values, ElementsAre(0.0F, 4.0F, 3.0F, 2.0F, 1.0F, 5.0F));
}

TEST(Npy, ReadsVersionsTwoAndThree) {
  for (const char version : {2, 3}) {
    const std::string text = npy_text(header_of("<f4", "(1,)"), bytes_of({2.5F}), version);
    EXPECT_THAT(read(text).values, ElementsAre(2.5F));
  }
}

TEST(Npy, KeepsAnEmptyArrayEmpty) {
  const NpyArray array = read(npy_text(header_of("<f4", "(0, 5)", "True"), ""));
  EXPECT_THAT(array.shape, ElementsAre(0, 5));
  EXPECT_TRUE(array.values.empty());
}

TEST(Npy, RefusesWhatIsNotANumberByItsName) {
  EXPECT_THAT(error_of(npy_text(header_of("|O", "(1,)"), "x")), HasSubstr("'|O'"));
  EXPECT_THAT(error_of(npy_text(header_of("<c8", "(1,)"), "12345678")), HasSubstr("'<c8'"));
  EXPECT_THAT(error_of(npy_text("{'descr': [('x', '<f4')], 'shape': ()}", "")),
              HasSubstr("a record"));
}

TEST(Npy, RefusesHostileHeadersBeforeItTakesMemory) {
  const std::string four = bytes_of({1.0F});
  EXPECT_THAT(error_of(npy_text(header_of("<f4", "(4611686018427387904, 4)"), four)),
              HasSubstr("overflow"));
  EXPECT_THAT(error_of(npy_text(header_of("<f4", "(1000000000000,)"), four)),
              HasSubstr("expected 1000000000000 elements"));
  EXPECT_THAT(error_of(npy_text(header_of("<f4", "(-1,)"), four)), HasSubstr("a dimension"));
  EXPECT_THAT(error_of(npy_text(header_of("<f4", "(99999999999999999999,)"), four)),
              HasSubstr("a dimension"));
  EXPECT_THAT(error_of(npy_text("{'descr': '<f4'", four)), HasSubstr("'}'"));
  EXPECT_THAT(error_of(npy_text("{}", four)), HasSubstr("descr"));
  EXPECT_THAT(error_of("\x93NUMPY\x01"), HasSubstr("magic"));
  EXPECT_THAT(error_of(""), HasSubstr("magic"));
}

TEST(Npy, RefusesEveryTruncation) {
  const std::string whole =
      npy_text(header_of("<f4", "(2, 2)"), bytes_of({1.0F, 2.0F, 3.0F, 4.0F}));
  ASSERT_EQ(read(whole).values.size(), 4U);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(read(whole.substr(0, size)), Error) << size;
  }
}

}  // namespace
}  // namespace promptdepth
