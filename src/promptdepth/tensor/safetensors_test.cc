#include "promptdepth/tensor/safetensors.h"

#include <cstring>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/tensor/memory_weights.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

class Safetensors : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(::testing::TempDir()) / (std::string("safetensors_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    weights_.add("layer.weight", HostTensor::from_floats({2, 3}, {0, 1, -2, 3.5F, 0.1F, 6}));
    weights_.add("layer.bias", convert(HostTensor::from_floats({1}, {0.25F}), DType::kF16));
    weights_.add("gain", convert(HostTensor::from_floats({}, {-0.75F}), DType::kBF16));
    static constexpr std::int64_t kSteps = 12345;
    weights_.add("steps", {DType::kI64, {}, {std::shared_ptr<void>(), as_bytes(&kSteps)}});
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  static const std::byte* as_bytes(const std::int64_t* value) {
    return reinterpret_cast<const std::byte*>(value);
  }

  std::filesystem::path folder_;
  MemoryWeights weights_;
};

TEST_F(Safetensors, ReadsWhatItWrote) {
  const auto path = folder_ / "model.safetensors";
  save_safetensors(path, weights_, std::nullopt, {{"format", "pt"}, {"made by", "a \"test\""}});
  const auto file = open_safetensors(path);
  ASSERT_EQ(file->tensors().size(), weights_.tensors().size());
  for (const TensorInfo& info : weights_.tensors()) {
    const HostTensor expected = weights_.read(info.name);
    const HostTensor found = file->read(info.name);
    EXPECT_EQ(found.dtype(), expected.dtype()) << info.name;
    EXPECT_EQ(found.shape(), expected.shape()) << info.name;
    EXPECT_TRUE(std::ranges::equal(found.bytes(), expected.bytes())) << info.name;
  }
  EXPECT_THAT(file->metadata(),
              ElementsAre(std::pair("format", "pt"), std::pair("made by", "a \"test\"")));
  EXPECT_EQ(file->description(), "'" + path.string() + "'");
}

TEST_F(Safetensors, RoundsFloatsToTheAskedTypeAndLeavesIntegers) {
  const auto path = folder_ / "model.safetensors";
  save_safetensors(path, weights_, DType::kBF16);
  const auto file = open_safetensors(path);
  EXPECT_EQ(file->find("layer.weight")->dtype, DType::kBF16);
  EXPECT_EQ(file->find("layer.bias")->dtype, DType::kBF16);
  EXPECT_EQ(file->find("steps")->dtype, DType::kI64);
  const float tenth = BFloat16::from_float(0.1F).to_float();
  EXPECT_THAT(file->read("layer.weight").to_floats(), ElementsAre(0, 1, -2, 3.5F, tenth, 6));
}

TEST_F(Safetensors, AlignsTheHeaderAndEveryTensor) {
  const auto path = folder_ / "model.safetensors";
  save_safetensors(path, weights_);
  const std::vector<std::byte> content = read_file(path);
  std::uint64_t length = 0;
  std::memcpy(&length, content.data(), sizeof length);
  EXPECT_EQ(length % 8, 0U);
  EXPECT_EQ(content[8], std::byte{'{'});
  const auto file = open_safetensors(content, "a copy");
  for (const TensorInfo& info : file->tensors()) {
    const auto offset = file->read(info.name).bytes().data() - content.data();
    EXPECT_EQ(static_cast<std::size_t>(offset) % size_of(info.dtype), 0U) << info.name;
  }
}

TEST_F(Safetensors, ReadsFromMemoryWithoutCopying) {
  const auto path = folder_ / "model.safetensors";
  save_safetensors(path, weights_);
  const std::vector<std::byte> content = read_file(path);
  const auto file = open_safetensors(content, "the embedded model");
  const HostTensor tensor = file->read("layer.weight");
  EXPECT_GE(tensor.bytes().data(), content.data());
  EXPECT_LE(tensor.bytes().data() + tensor.bytes().size(), content.data() + content.size());
  EXPECT_EQ(file->description(), "the embedded model");
}

TEST_F(Safetensors, TensorsOutliveTheirFile) {
  const auto path = folder_ / "model.safetensors";
  save_safetensors(path, weights_);
  const HostTensor tensor = open_safetensors(path)->read("layer.weight");
  EXPECT_THAT(tensor.to_floats(), ElementsAre(0, 1, -2, 3.5F, 0.1F, 6));
}

std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * 4096;
}

TEST_F(Safetensors, GivesMemoryBackWhenTheLastCopyGoes) {
  const auto path = folder_ / "large.safetensors";
  const std::int64_t count = std::int64_t{16} << 20;
  {
    MemoryWeights large;
    large.add("a", HostTensor::filled({count}, 1.0F));
    save_safetensors(path, large);
  }
  const auto file = open_safetensors(path);
  const std::size_t before = resident_bytes();
  {
    const std::vector<HostTensor> copies(2, file->read("a"));
    float sum = 0;
    for (std::size_t i = 0; i < copies[1].bytes().size(); i += 4096) {
      sum += static_cast<float>(copies[1].bytes()[i]);
    }
    EXPECT_GE(sum, 0);
    EXPECT_GT(resident_bytes(), before + (std::size_t{32} << 20));
  }
  EXPECT_LT(resident_bytes(), before + (std::size_t{16} << 20));
}

TEST_F(Safetensors, HoldsACatalogueWithoutTensors) {
  const auto path = folder_ / "empty.safetensors";
  save_safetensors(path, MemoryWeights());
  EXPECT_TRUE(open_safetensors(path)->tensors().empty());
}

TEST_F(Safetensors, HoldsATensorWithoutElements) {
  const auto path = folder_ / "none.safetensors";
  MemoryWeights weights;
  weights.add("none", HostTensor::from_floats({3, 0}, {}));
  save_safetensors(path, weights);
  const HostTensor tensor = open_safetensors(path)->read("none");
  EXPECT_EQ(tensor.shape(), Shape({3, 0}));
  EXPECT_TRUE(tensor.to_floats().empty());
}

TEST_F(Safetensors, LeavesNoFileWhenTheSourceFails) {
  class Failing final : public WeightFile {
   public:
    const std::vector<TensorInfo>& tensors() const override { return infos_; }
    std::string description() const override { return "failing"; }
    HostTensor read(std::string_view) const override { fail(ErrorKind::kInvalidData, "damaged"); }

   private:
    std::vector<TensorInfo> infos_ = {{"a", DType::kF32, {1}}};
  };
  EXPECT_THROW(save_safetensors(folder_ / "a.safetensors", Failing()), Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Safetensors, RefusesFoldersThatDoNotExist) {
  EXPECT_THROW(save_safetensors(folder_ / "missing" / "a.safetensors", weights_), Error);
}

TEST_F(Safetensors, RefusesNamesThatTheFormatCannotHold) {
  for (const char* name : {"__metadata__", "\xff\xfe"}) {
    MemoryWeights weights;
    weights.add(name, HostTensor::filled({1}, 1.0F));
    EXPECT_THROW(save_safetensors(folder_ / "a.safetensors", weights), Error);
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
  }
}

TEST_F(Safetensors, RefusesFilesThatAreMissing) {
  EXPECT_THROW(open_safetensors(folder_ / "missing.safetensors"), Error);
  EXPECT_THROW(open_safetensors(folder_), Error);
}

}  // namespace
}  // namespace promptdepth
