#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/tensor/checkpoint_writer_for_test.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/safetensors.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;

class OpenWeights : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  std::pair<ErrorKind, std::string> refusal() const {
    try {
      open_weights(path_);
    } catch (const Error& error) {
      return {error.kind(), error.what()};
    }
    return {ErrorKind::kInternal, "nothing was refused"};
  }

  /// Its ending says nothing.
  const std::filesystem::path path_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("open_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(OpenWeights, RecognisesSafetensors) {
  MemoryWeights weights;
  weights.add("a", HostTensor::filled({2}, 3.0F));
  save_safetensors(path_, weights);
  EXPECT_THAT(open_weights(path_)->read("a").to_floats(), ::testing::ElementsAre(3, 3));
}

TEST_F(OpenWeights, RecognisesPytorchCheckpoints) {
  testing::write_zip(
      path_, testing::checkpoint_files(
                 testing::flat_pickle(
                     {{.name = "a", .storage_elements = 2, .extents = {2}, .strides = {1}}}),
                 {testing::bytes_of<float>({3, 4})}));
  EXPECT_THAT(open_weights(path_)->read("a").to_floats(), ::testing::ElementsAre(3, 4));
}

TEST_F(OpenWeights, SaysWhatToDoAboutTheLegacyFormat) {
  write_file_atomically(path_,
                        "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M");
  EXPECT_THAT(refusal(), Pair(ErrorKind::kUnsupported, HasSubstr("legacy non-zip format")));
}

TEST_F(OpenWeights, RefusesOtherFiles) {
  for (const char* content : {"", "PK", "{\"a\": 1}", "a text file of some length"}) {
    write_file_atomically(path_, content);
    EXPECT_THAT(refusal(), Pair(ErrorKind::kInvalidData, HasSubstr("found neither")));
  }
}

TEST_F(OpenWeights, SaysWhenThereIsNoFile) { EXPECT_EQ(refusal().first, ErrorKind::kIo); }

}  // namespace
}  // namespace promptdepth
