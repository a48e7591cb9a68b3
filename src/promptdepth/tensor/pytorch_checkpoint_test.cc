#include "promptdepth/tensor/pytorch_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/tensor/checkpoint_writer_for_test.h"
#include "promptdepth/tensor/safetensors.h"

namespace promptdepth {
namespace {

using testing::bytes_of;
using testing::checkpoint_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::TensorRecord;

TensorRecord record(const std::string& name, const std::string& key, std::int64_t elements,
                    std::vector<std::int64_t> extents, std::vector<std::int64_t> strides) {
  return {.name = name,
          .key = key,
          .storage_elements = elements,
          .extents = std::move(extents),
          .strides = std::move(strides)};
}

class Checkpoint : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  std::unique_ptr<WeightFile> open(const testing::ZipFiles& files, bool deflated = false) {
    testing::write_zip(path_, files, deflated);
    return open_pytorch_checkpoint(path_);
  }

  std::pair<ErrorKind, std::string> refusal(const testing::ZipFiles& files, bool deflated = false) {
    try {
      open(files, deflated);
    } catch (const Error& error) {
      return {error.kind(), error.what()};
    }
    return {ErrorKind::kInternal, "nothing was refused"};
  }

  const std::filesystem::path path_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("ckpt_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

const std::vector<float> kSix = {0, 1, 2, 3, 4, 5};

TEST_F(Checkpoint, ReadsDenseTransposedAndSlicedTensors) {
  TensorRecord dense = record("dense", "0", 6, {2, 3}, {3, 1});
  TensorRecord transposed = record("transposed", "0", 6, {3, 2}, {1, 3});
  TensorRecord column = record("column", "0", 6, {2}, {3});
  column.offset = 2;
  TensorRecord scalar = record("scalar", "0", 6, {}, {});
  scalar.offset = 5;
  TensorRecord nothing = record("nothing", "0", 6, {0, 3}, {3, 1});
  for (const bool deflated : {false, true}) {
    const auto file =
        open(checkpoint_files(testing::flat_pickle({dense, transposed, column, scalar, nothing}),
                              {bytes_of(kSix)}),
             deflated);
    EXPECT_THAT(file->read("dense").to_floats(), ElementsAre(0, 1, 2, 3, 4, 5));
    EXPECT_THAT(file->read("transposed").to_floats(), ElementsAre(0, 3, 1, 4, 2, 5));
    EXPECT_EQ(file->read("transposed").shape(), Shape({3, 2}));
    EXPECT_THAT(file->read("column").to_floats(), ElementsAre(2, 5));
    EXPECT_THAT(file->read("scalar").to_floats(), ElementsAre(5));
    EXPECT_TRUE(file->read("nothing").to_floats().empty());
    EXPECT_EQ(file->read("nothing").shape(), Shape({0, 3}));
  }
}

TEST_F(Checkpoint, ReadsALightningCheckpoint) {
  const auto file =
      open(checkpoint_files(testing::lightning_pickle({record("model.b", "1", 1, {1}, {1}),
                                                       record("model.a", "0", 6, {6}, {1})}),
                            {bytes_of(kSix), bytes_of<float>({7})}));
  ASSERT_EQ(file->tensors().size(), 2U);
  EXPECT_EQ(file->tensors()[0].name, "model.a");
  EXPECT_THAT(file->read("model.b").to_floats(), ElementsAre(7));
  EXPECT_EQ(file->description(), "'" + path_.string() + "'");
  EXPECT_TRUE(file->metadata().empty());
}

TEST_F(Checkpoint, ReadsTheOtherElementTypes) {
  std::vector<TensorRecord> records;
  const char* classes[] = {"HalfStorage", "BFloat16Storage", "DoubleStorage", "LongStorage",
                           "BoolStorage"};
  for (const char* name : classes) {
    records.push_back(record(name, std::to_string(records.size()), 2, {2}, {1}));
    records.back().storage_class = name;
  }
  const auto file = open(
      checkpoint_files(testing::flat_pickle(records),
                       {bytes_of<std::uint16_t>({0x3c00, 0xc000}),
                        bytes_of<std::uint16_t>({0x3f80, 0xc000}), bytes_of<double>({0.1, -1e300}),
                        bytes_of<std::int64_t>({1, -1}), bytes_of<std::uint8_t>({1, 0})}));
  EXPECT_THAT(file->read("HalfStorage").to_floats(), ElementsAre(1, -2));
  EXPECT_THAT(file->read("BFloat16Storage").to_floats(), ElementsAre(1, -2));
  EXPECT_THAT(file->read("DoubleStorage").to_floats(),
              ElementsAre(0.1F, -std::numeric_limits<float>::infinity()));
  EXPECT_EQ(file->read("LongStorage").dtype(), DType::kI64);
  EXPECT_EQ(file->read("LongStorage").bytes()[8], std::byte{0xff});
  EXPECT_EQ(file->read("BoolStorage").dtype(), DType::kU8);
}

TEST_F(Checkpoint, KeepsDenseTensorsInThePlaceWhereTheyAreStored) {
  testing::write_zip(path_, checkpoint_files(testing::flat_pickle({record("a", "0", 6, {6}, {1})}),
                                             {bytes_of(kSix)}));
  const std::vector<std::byte> content = read_file(path_);
  const auto file = open_pytorch_checkpoint(content, "a copy");
  const HostTensor tensor = file->read("a");
  EXPECT_GT(tensor.bytes().data(), content.data());
  EXPECT_LT(tensor.bytes().data(), content.data() + content.size());
  EXPECT_EQ(file->description(), "a copy");
}

TEST_F(Checkpoint, TensorsOutliveTheirFile) {
  for (const bool deflated : {false, true}) {
    const HostTensor tensor =
        open(checkpoint_files(testing::flat_pickle({record("a", "0", 6, {6}, {1})}),
                              {bytes_of(kSix)}),
             deflated)
            ->read("a");
    EXPECT_THAT(tensor.to_floats(), ElementsAre(0, 1, 2, 3, 4, 5));
  }
}

TEST_F(Checkpoint, BecomesSafetensors) {
  const auto file = open(checkpoint_files(
      testing::flat_pickle({record("a", "0", 6, {3, 2}, {1, 3})}), {bytes_of(kSix)}));
  const auto path = path_.string() + ".safetensors";
  save_safetensors(path, *file, DType::kF16);
  EXPECT_THAT(open_safetensors(path)->read("a").to_floats(), ElementsAre(0, 3, 1, 4, 2, 5));
  std::filesystem::remove(path);
}

TEST_F(Checkpoint, RefusesBigEndianFiles) {
  auto files =
      checkpoint_files(testing::flat_pickle({record("a", "0", 6, {6}, {1})}), {bytes_of(kSix)});
  files[1].second = "big";
  EXPECT_THAT(refusal(files), Pair(ErrorKind::kUnsupported, HasSubstr("byte order 'big'")));
  files.erase(files.begin() + 1);
  EXPECT_EQ(open(files)->tensors().size(), 1U);
}

TEST_F(Checkpoint, RefusesStoragesThatAreMissingOrTooShort) {
  const std::string pickle = testing::flat_pickle({record("a", "0", 6, {6}, {1})});
  EXPECT_THAT(refusal(checkpoint_files(pickle, {})),
              Pair(ErrorKind::kInvalidData, HasSubstr("'data/0'")));
  EXPECT_THAT(refusal(checkpoint_files(pickle, {std::string(23, 'x')})),
              Pair(ErrorKind::kInvalidData, HasSubstr("found 23 bytes")));
}

TEST_F(Checkpoint, RefusesPackedStoragesLargerThanTheySay) {
  const std::string pickle = testing::flat_pickle({record("a", "0", 1, {1}, {1})});
  EXPECT_THAT(refusal(checkpoint_files(pickle, {std::string(1 << 20, '\0')}), true),
              Pair(ErrorKind::kInvalidData, HasSubstr("found 1048576 bytes")));
}

TEST_F(Checkpoint, RefusesArchivesOfOtherThings) {
  EXPECT_THAT(refusal({{"a.txt", "text"}}), Pair(ErrorKind::kInvalidData, HasSubstr("data.pkl")));
  EXPECT_THAT(refusal({{"a/data.pkl", "}."}, {"b/data.pkl", "}."}}),
              Pair(ErrorKind::kInvalidData, HasSubstr("found several")));
}

/// Opens and reads everything; returns whether nothing was refused.
bool reads(std::span<const std::byte> content) {
  try {
    const auto file = open_pytorch_checkpoint(content, "'test'");
    for (const TensorInfo& info : file->tensors()) file->read(info.name);
    return true;
  } catch (const Error& error) {
    EXPECT_NE(error.kind(), ErrorKind::kInternal) << error.what();
    return false;
  }
}

TEST_F(Checkpoint, RefusesEveryTruncationAndReadsOrRefusesEveryFlippedBit) {
  for (const bool deflated : {false, true}) {
    testing::write_zip(
        path_,
        checkpoint_files(testing::lightning_pickle({record("a", "0", 6, {2, 3}, {1, 2})}),
                         {bytes_of(kSix)}),
        deflated);
    const std::vector<std::byte> whole = read_file(path_);
    ASSERT_TRUE(reads(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      ASSERT_FALSE(reads(std::span(whole).first(size))) << size;
    }
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::vector<std::byte> flipped = whole;
      flipped[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
      reads(flipped);
    }
  }
}

}  // namespace
}  // namespace promptdepth
