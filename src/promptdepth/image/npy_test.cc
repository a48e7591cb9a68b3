#include "promptdepth/image/npy.h"

#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include "promptdepth/base/files.h"
#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string npy_text(const std::string& descr, const std::string& shape, const std::string& data,
                     const std::string& fortran_order = "False", char version = 1) {
  const std::string header = "{'descr': '" + descr + "', 'fortran_order': " + fortran_order +
                             ", 'shape': " + shape + ", }\n";
  std::string text = std::string("\x93NUMPY") + version + '\0' +
                     static_cast<char>(header.size() & 0xffU) +
                     static_cast<char>(header.size() >> 8U);
  if (version > 1) text.append(2, '\0');
  return text + header + data;
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

/// A deflated archive of named members.
std::vector<std::byte> make_archive(
    const std::vector<std::pair<std::string, std::vector<std::byte>>>& members) {
  const std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / "promptdepth_npy_test.npz";
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, content] : members) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    zip_file_add(archive, name.c_str(), source, 0);
  }
  EXPECT_EQ(zip_close(archive), 0);
  std::vector<std::byte> bytes = read_file(path);
  std::filesystem::remove(path);
  return bytes;
}

std::vector<std::byte> array_of(float value, std::size_t count = 1) {
  return encode_npy(std::vector<std::int64_t>{static_cast<std::int64_t>(count)},
                    std::vector<float>(count, value));
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
    EXPECT_THAT(read(npy_text(descr, "(2,)", data)).values, ElementsAre(1.0F, 3.0F));
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
  EXPECT_TRUE(read(npy_text("<u2", "()", bytes_of<std::uint16_t>({7}))).is_integer);
  EXPECT_TRUE(read(npy_text("|b1", "()", std::string(1, '\1'))).is_integer);
  EXPECT_FALSE(read(npy_text("<f8", "()", bytes_of({7.0}))).is_integer);
}

TEST(Npy, TurnsFortranOrderIntoRows) {
  const std::string data = bytes_of({0.0F, 3.0F, 1.0F, 4.0F, 2.0F, 5.0F});
  EXPECT_THAT(read(npy_text("<f4", "(2, 3)", data, "True")).values,
              ElementsAre(0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F));
  EXPECT_THAT(read(npy_text("<f4", "(1, 3, 2)", data, "True")).values,
              ElementsAre(0.0F, 4.0F, 3.0F, 2.0F, 1.0F, 5.0F));
}

TEST(Npy, ReadsVersionsTwoAndThree) {
  for (const char version : {'\2', '\3'}) {
    const std::string text = npy_text("<f4", "(1,)", bytes_of({2.5F}), "False", version);
    EXPECT_THAT(read(text).values, ElementsAre(2.5F));
  }
}

TEST(Npy, KeepsAnEmptyArrayEmpty) {
  const NpyArray array = read(npy_text("<f4", "(0, 5)", "", "True"));
  EXPECT_THAT(array.shape, ElementsAre(0, 5));
  EXPECT_TRUE(array.values.empty());
}

TEST(Npy, RefusesEveryTruncation) {
  const std::string whole = npy_text("<f4", "(2, 2)", bytes_of({1.0F, 2.0F, 3.0F, 4.0F}));
  ASSERT_EQ(read(whole).values.size(), 4U);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(read(whole.substr(0, size)), Error) << size;
  }
}

TEST(Npy, RefusesMoreElementsThanAPictureHasBeforeItConvertsThem) {
  const std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / "promptdepth_npy_test.npy";
  const std::string header = npy_text("|u1", "(268435457,)", "");
  write_file_atomically(path, header);
  std::filesystem::resize_file(path, header.size() + 268435457);  // Takes no space: all zeros.
  EXPECT_THAT(error_of([&] { read_npy(path); }), HasSubstr("at most 268435456 elements"));
  std::filesystem::remove(path);
}

TEST(Npz, FindsTheArrayByNameOrTheOnlyOne) {
  const std::vector<std::byte> both =
      make_archive({{"other.npy", array_of(1.0F)}, {"depth.npy", array_of(2.0F)}});
  EXPECT_THAT(read_npz(both, "depth", "the test").values, ElementsAre(2.0F));
  const std::vector<std::byte> one = make_archive({{"arr_0.npy", array_of(3.0F, 2000)}});
  EXPECT_THAT(read_npz(one, "depth", "the test").values, ::testing::Each(3.0F));
  EXPECT_THAT(error_of([&] { read_npz(both, "absent", "the test"); }),
              HasSubstr("'absent' or a single one in the test, found 2"));
}

TEST(Npz, RefusesEveryTruncation) {
  const std::vector<std::byte> archive = make_archive({{"depth.npy", array_of(1.0F, 100)}});
  for (std::size_t size = 0; size < archive.size(); ++size) {
    EXPECT_THROW(read_npz(std::span(archive).first(size), "depth", "the test"), Error) << size;
  }
}

TEST(Npz, RefusesABombByItsAnnouncedSize) {
  std::string text = to_text(make_archive({{"depth.npy", array_of(1.0F, 100)}}));
  // The central directory's uncompressed size, 24 bytes after its signature.
  const std::size_t entry = text.find("PK\x01\x02");
  ASSERT_NE(entry, std::string::npos);
  text.replace(entry + 24, 4, "\xff\xff\xff\x7f");
  EXPECT_THAT(error_of([&] { read_npz(to_bytes(text), "depth", "the test"); }),
              HasSubstr("expected an array of at most 2147549184 bytes"));
  // Nor does it help to announce as many compressed bytes, four bytes before.
  text.replace(entry + 20, 4, "\xff\xff\xff\x7f");
  EXPECT_THAT(error_of([&] { read_npz(to_bytes(text), "depth", "the test"); }),
              HasSubstr("expected an array of at most"));
}

}  // namespace
}  // namespace promptdepth
