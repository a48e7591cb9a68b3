#include "promptdepth/capture/hdf5_array.h"

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/capture/hdf5_file_for_test.h"

namespace promptdepth {
namespace {

TEST(Hdf5Array, ReadsHalfFloatAndIntegerArraysBack) {
  const TestFolder folder;
  const Hdf5Array array{.shape = {2, 3}, .values = {-1, 0, 1, 2, 1024, 77}};
  const hid_t half = make_half_type();
  for (const hid_t type : {half, H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_STD_I32LE}) {
    write_hdf5(folder.file("a.hdf5"), array, type);
    const Hdf5Array read = read_hdf5(folder.file("a.hdf5"));
    EXPECT_EQ(read.shape, array.shape);
    EXPECT_EQ(read.values, array.values);
  }
  H5Tclose(half);
}

TEST(Hdf5Array, KeepsNaN) {
  const TestFolder folder;
  write_hdf5(folder.file("a.hdf5"), {.shape = {2}, .values = {std::nanf(""), 2}}, H5T_IEEE_F32LE);
  const Hdf5Array read = read_hdf5(folder.file("a.hdf5"));
  EXPECT_TRUE(std::isnan(read.values[0]));
  EXPECT_EQ(read.values[1], 2);
}

ErrorKind kind_of_failure(const std::filesystem::path& path, const std::string& name = "dataset") {
  try {
    read_hdf5(path, name);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(path.filename().string()), std::string::npos);
    return error.kind();
  }
  return ErrorKind::kInternal;
}

TEST(Hdf5Array, SaysWhatIsWrongWithAFile) {
  const TestFolder folder;
  EXPECT_EQ(kind_of_failure(folder.file("none.hdf5")), ErrorKind::kIo);
  folder.text("text.hdf5", "no array");
  EXPECT_EQ(kind_of_failure(folder.file("text.hdf5")), ErrorKind::kInvalidData);

  Hdf5Array array{.shape = {64, 64}, .values = std::vector<float>(64 * 64)};
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    array.values[i] = static_cast<float>(i * 2654435761U % 1000);
  }
  write_hdf5(folder.file("a.hdf5"), array, H5T_IEEE_F32LE);
  EXPECT_EQ(kind_of_failure(folder.file("a.hdf5"), "depth"), ErrorKind::kInvalidData);

  std::string content = read_text_file(folder.file("a.hdf5"));
  folder.text("short.hdf5", std::string_view(content).substr(0, content.size() / 2));
  EXPECT_EQ(kind_of_failure(folder.file("short.hdf5")), ErrorKind::kInvalidData);
}

}  // namespace
}  // namespace promptdepth
