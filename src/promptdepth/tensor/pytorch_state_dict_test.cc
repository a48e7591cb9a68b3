#include "promptdepth/tensor/pytorch_state_dict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/checkpoint_writer_for_test.h"

namespace promptdepth {
namespace {

using promptdepth::testing::flat_pickle;
using promptdepth::testing::lightning_pickle;
using promptdepth::testing::PickleWriter;
using promptdepth::testing::TensorRecord;
using promptdepth::testing::write_state_dict;
using promptdepth::testing::write_tensor;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::vector<StoredTensor> find(const std::string& bytes) {
  return find_tensors(parse_pickle(std::as_bytes(std::span(bytes)), "'test'"), "'test'");
}

std::vector<std::string> names_in(const std::string& bytes) {
  std::vector<std::string> names;
  for (const StoredTensor& tensor : find(bytes)) names.push_back(tensor.info.name);
  return names;
}

std::pair<ErrorKind, std::string> refusal(const std::string& bytes) {
  try {
    find(bytes);
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  return {ErrorKind::kInternal, "nothing was refused"};
}

TensorRecord record(const std::string& name) {
  return {.name = name, .storage_elements = 6, .extents = {2, 3}, .strides = {3, 1}};
}

TEST(PytorchStateDict, ReadsWhatDescribesATensor) {
  TensorRecord written = record("blocks.0.weight");
  written.storage_class = "BFloat16Storage";
  written.key = "17";
  written.storage_elements = 100;
  written.offset = 90;
  written.strides = {1, 2};
  const std::string bytes = flat_pickle({written});
  const std::vector<StoredTensor> tensors = find(bytes);
  ASSERT_EQ(tensors.size(), 1U);
  EXPECT_EQ(tensors[0].info.name, "blocks.0.weight");
  EXPECT_EQ(tensors[0].info.dtype, DType::kBF16);
  EXPECT_EQ(tensors[0].info.shape, Shape({2, 3}));
  EXPECT_EQ(tensors[0].type, StorageType::kBF16);
  EXPECT_EQ(tensors[0].storage_key, "17");
  EXPECT_EQ(tensors[0].storage_elements, 100);
  EXPECT_EQ(tensors[0].offset, 90);
  EXPECT_THAT(tensors[0].strides, ElementsAre(1, 2));
}

TEST(PytorchStateDict, FindsTensorsWhereverTheyAreKept) {
  const std::vector<TensorRecord> records = {record("b"), record("a")};
  EXPECT_THAT(names_in(flat_pickle(records)), ElementsAre("a", "b"));
  EXPECT_THAT(names_in(lightning_pickle(records)), ElementsAre("a", "b"));
  PickleWriter model;
  model.op("}").text("model");
  write_state_dict(model, records);
  EXPECT_THAT(names_in(model.op("s").stop()), ElementsAre("a", "b"));
}

TEST(PytorchStateDict, TakesParametersForTheirTensors) {
  TensorRecord parameter = record("a");
  parameter.parameter = true;
  EXPECT_EQ(find(flat_pickle({parameter}))[0].info.shape, Shape({2, 3}));
}

TEST(PytorchStateDict, KnowsTheStorageClasses) {
  const std::pair<const char*, StorageType> classes[] = {
      {"FloatStorage", StorageType::kF32},     {"HalfStorage", StorageType::kF16},
      {"BFloat16Storage", StorageType::kBF16}, {"DoubleStorage", StorageType::kF64},
      {"ByteStorage", StorageType::kU8},       {"BoolStorage", StorageType::kBool},
      {"IntStorage", StorageType::kI32},       {"LongStorage", StorageType::kI64}};
  for (const auto& [name, type] : classes) {
    TensorRecord written = record("a");
    written.storage_class = name;
    const auto tensors = find(flat_pickle({written}));
    EXPECT_EQ(tensors[0].type, type);
    EXPECT_EQ(tensors[0].info.dtype, dtype_of(type));
  }
  EXPECT_EQ(size_of(StorageType::kF64), 8U);
  EXPECT_EQ(size_of(StorageType::kBool), 1U);
}

TEST(PytorchStateDict, RefusesOtherStoragesByName) {
  TensorRecord written = record("layer.weight");
  written.storage_class = "ComplexFloatStorage";
  EXPECT_THAT(refusal(flat_pickle({written})),
              Pair(ErrorKind::kUnsupported,
                   ::testing::AllOf(HasSubstr("torch.ComplexFloatStorage"),
                                    HasSubstr("'layer.weight'"), HasSubstr("'test'"))));
}

TEST(PytorchStateDict, RefusesCallsAmongTheTensorsByName) {
  PickleWriter evil;
  evil.op("}").text("weight").global("posix", "system").op("(").text("rm -rf /").op("tRs");
  EXPECT_THAT(refusal(evil.stop()), Pair(ErrorKind::kUnsupported, HasSubstr("'posix.system'")));
  PickleWriter wrapped;
  wrapped.op("}").text("weight").global("torch._utils", "_rebuild_parameter").op("(");
  wrapped.global("builtins", "eval").op(")RNNtRs");
  EXPECT_THAT(refusal(wrapped.stop()), Pair(ErrorKind::kUnsupported, HasSubstr("'builtins.eval'")));
}

TEST(PytorchStateDict, RefusesARootThatIsNoDict) {
  EXPECT_THAT(refusal("c__torch__\nModel\n)\x81."),
              Pair(ErrorKind::kUnsupported, HasSubstr("'__torch__.Model'")));
  EXPECT_THAT(refusal("]."), Pair(ErrorKind::kUnsupported, HasSubstr("a list")));
}

TEST(PytorchStateDict, LeavesPlainValuesOut) {
  PickleWriter out;
  out.op("}(").text("step").integer(3).text("none").op("N").text("list").op("]").text("a");
  write_tensor(out, record("a"));
  EXPECT_THAT(names_in(out.integer(5).op("Nu").stop()), ElementsAre("a"));
}

TEST(PytorchStateDict, SaysWhenThereAreNoTensors) {
  EXPECT_THAT(refusal("}."), Pair(ErrorKind::kInvalidData, HasSubstr("found none")));
}

TEST(PytorchStateDict, RefusesANameTwice) {
  EXPECT_THAT(refusal(flat_pickle({record("a"), record("a")})),
              Pair(ErrorKind::kInvalidData, HasSubstr("'a' twice")));
}

TEST(PytorchStateDict, RefusesMoreTensorsThanAnyModelHasBeforeItReadsThem) {
  std::string bytes = "}(";
  for (int i = 0; i <= 65536; ++i) {
    bytes +=
        "\x8c\x01"
        "acx\ny\n)R";
  }
  EXPECT_THAT(refusal(bytes + "u."),
              Pair(ErrorKind::kInvalidData, HasSubstr("at most 65536 tensors in 'test'")));
}

TEST(PytorchStateDict, RefusesNamesOfUnreasonableLength) {
  EXPECT_THAT(refusal(flat_pickle({record(std::string(1025, 'x'))})).second,
              HasSubstr("at most 1024 bytes"));
}

TEST(PytorchStateDict, RefusesViewsThatLeaveTheirStorage) {
  const std::int64_t large = std::int64_t{1} << 62;
  struct View {
    std::int64_t elements, offset;
    std::vector<std::int64_t> extents, strides;
  };
  const View views[] = {
      {5, 0, {2, 3}, {3, 1}},          // one element too few
      {6, 1, {2, 3}, {3, 1}},          // starts too late
      {6, 0, {2, 3}, {4, 1}},          // strides too wide
      {6, -1, {2, 3}, {3, 1}},         // starts before the storage
      {6, 3, {2, 3}, {-3, 1}},         // backwards
      {6, 0, {2, -3}, {3, 1}},         // less than nothing
      {6, 0, {2, 3}, {1}},             // a stride too few
      {6, 0, {7}, {0}},                // more elements than the storage
      {6, 0, {large, 2}, {0, 0}},      // product overflows in bytes
      {6, 0, {large, 8}, {0, 0}},      // product overflows
      {6, 0, {3, 3}, {large, large}},  // last element overflows
      {0, 0, {}, {}},                  // a scalar of nothing
      {6, 0, {1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1}},
  };
  for (const View& view : views) {
    TensorRecord written = record("a");
    written.storage_elements = view.elements;
    written.offset = view.offset;
    written.extents = view.extents;
    written.strides = view.strides;
    const auto [kind, message] = refusal(flat_pickle({written}));
    EXPECT_EQ(kind, ErrorKind::kInvalidData) << message;
    EXPECT_THAT(message, HasSubstr("at tensor 'a' in 'test'"));
  }
}

TEST(PytorchStateDict, AllowsAnythingOfATensorWithoutElements) {
  TensorRecord written = record("a");
  written.storage_elements = 0;
  written.offset = 1000;
  written.extents = {0, 3};
  EXPECT_EQ(find(flat_pickle({written}))[0].info.shape, Shape({0, 3}));
}

TEST(PytorchStateDict, RefusesDescriptionsOfAnotherForm) {
  const std::string utils = "ctorch._utils\n_rebuild_tensor_v2\n";
  const std::string key =
      "}\x8c\x01"
      "a";
  const std::string storages[] = {
      "N",                                                    // nothing
      "NQ",                                                   // an identification that is no tuple
      "(\x8c\x07storagetQ",                                   // too short
      "(NNNNNtQ",                                             // without the word
      "(\x8c\x07storageNNNNtQ",                               // without a class
      "(\x8c\x07storagectorch\nFloatStorage\nNNNtQ",          // without a key
      "(\x8c\x07storagectorch\nFloatStorage\n\x8c\x01zNNtQ",  // without a size
  };
  for (const std::string& storage : storages) {
    std::string call = key + utils;
    call.append("(").append(storage).append("K0))\x89NtRs.");
    EXPECT_THAT(refusal(call).second, HasSubstr("at tensor 'a' in 'test'"));
  }
  EXPECT_THAT(refusal(key + utils + "NRs."),
              Pair(ErrorKind::kUnsupported, HasSubstr("_rebuild_tensor_v2")));
}

}  // namespace
}  // namespace promptdepth
