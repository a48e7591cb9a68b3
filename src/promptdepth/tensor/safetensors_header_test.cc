#include "promptdepth/tensor/safetensors_header.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

/// A file with this header and `data_bytes` zeros behind it.
std::string file_with(std::string_view json, std::size_t data_bytes = 0) {
  const std::uint64_t length = json.size();
  std::string content(8, '\0');
  std::memcpy(content.data(), &length, 8);
  return content.append(json).append(data_bytes, '\0');
}

SafetensorsHeader parse(const std::string& content) {
  return parse_safetensors_header(std::as_bytes(std::span(content)), "'test'");
}

/// The message and kind of the refusal.
std::pair<ErrorKind, std::string> refusal(const std::string& content) {
  try {
    parse(content);
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  return {ErrorKind::kInternal, "nothing was refused"};
}

std::string tensor(std::string_view name, std::string_view dtype, std::string_view shape,
                   std::string_view offsets) {
  return fmt::format(R"("{}":{{"dtype":"{}","shape":{},"data_offsets":{}}})", name, dtype, shape,
                     offsets);
}

std::string one(std::string_view dtype, std::string_view shape, std::string_view offsets) {
  return fmt::format("{{{}}}", tensor("a", dtype, shape, offsets));
}

std::string two(const std::string& first, const std::string& second) {
  return fmt::format("{{{},{}}}", first, second);
}

TEST(SafetensorsHeader, RefusesNamesOfUnreasonableLength) {
  const auto named = [](std::size_t bytes) {
    return file_with(fmt::format("{{{}}}", tensor(std::string(bytes, 'x'), "F32", "[0]", "[0,0]")));
  };
  EXPECT_EQ(parse(named(1024)).entries.size(), 1U);
  EXPECT_EQ(refusal(named(1025)).first, ErrorKind::kInvalidData);
  EXPECT_THAT(refusal(named(1025)).second, HasSubstr("at most 1024 bytes"));
}

TEST(SafetensorsHeader, RefusesExtentsOfUnreasonableSizeByTheTensorsName) {
  const auto [kind, message] = refusal(file_with(one("F32", "[0,4611686018427387904]", "[0,0]")));
  EXPECT_EQ(kind, ErrorKind::kInvalidData);
  EXPECT_THAT(message, HasSubstr("tensor 'a' in 'test'"));
}

TEST(SafetensorsHeader, SortsEntriesByName) {
  const auto header = parse(file_with(
      two(tensor("b", "F32", "[2]", "[0,8]"), tensor("a", "BF16", "[1,3]", "[8,14]")), 14));
  ASSERT_EQ(header.entries.size(), 2U);
  EXPECT_EQ(header.entries[0].info.name, "a");
  EXPECT_EQ(header.entries[0].info.dtype, DType::kBF16);
  EXPECT_EQ(header.entries[0].info.shape, Shape({1, 3}));
  EXPECT_EQ(header.entries[0].begin, 8U);
  EXPECT_EQ(header.entries[1].info.name, "b");
}

TEST(SafetensorsHeader, ReadsMetadata) {
  const auto header = parse(file_with(R"({"__metadata__":{"format":"pt","x":""}})"));
  EXPECT_THAT(header.metadata,
              ::testing::ElementsAre(std::pair("format", "pt"), std::pair("x", "")));
}

TEST(SafetensorsHeader, ParsesWhatItFormats) {
  const std::vector<SafetensorsEntry> entries = {{{"z\n\"", DType::kU8, {5}}, 0, 5},
                                                 {{"i", DType::kI32, {}}, 5, 9}};
  std::string content = format_safetensors_header(entries, {{"k", "v"}});
  EXPECT_EQ(content.size() % 8, 0U);
  content.append(9, '\0');
  const auto header = parse(content);
  ASSERT_EQ(header.entries.size(), 2U);
  EXPECT_EQ(header.entries[1].info.name, "z\n\"");
  EXPECT_EQ(header.entries[1].info.dtype, DType::kU8);
  EXPECT_EQ(header.metadata.at("k"), "v");
  EXPECT_EQ(header.data_offset + 9, content.size());
}

struct Damaged {
  const char* what;
  std::string content;
  const char* message;
};

class DamagedSafetensorsHeader : public ::testing::TestWithParam<Damaged> {};

TEST_P(DamagedSafetensorsHeader, IsRefusedInOneSentence) {
  const auto [kind, message] = refusal(GetParam().content);
  EXPECT_EQ(kind, ErrorKind::kInvalidData);
  EXPECT_THAT(message, HasSubstr(GetParam().message));
  EXPECT_THAT(message, HasSubstr("'test'"));
}

INSTANTIATE_TEST_SUITE_P(
    , DamagedSafetensorsHeader,
    ::testing::Values(
        Damaged{"Empty", "", "found 0 bytes"},
        Damaged{"LengthBeyondTheFile", std::string("\xff\0\0\0\0\0\0\0{}", 10), "found 255"},
        Damaged{"HugeLength", std::string(8, '\xff'), "found 18446744073709551615"},
        Damaged{"NoJson", file_with("{]"), "syntax error"},
        Damaged{"TextAfterTheJson", file_with("{}x"), "syntax error"},
        Damaged{"NotUtf8", file_with("{\"\xff\":{}}"), "syntax error"},
        Damaged{"AList", file_with("[]"), "a list"},
        Damaged{"ANumber", file_with("5"), "unexpected 5"},
        Damaged{"ATensorThatIsAList", file_with(R"({"a":[]})"), "a list"},
        Damaged{"DeepNesting", file_with(R"({"a":{"shape":[[)"), "a list"},
        Damaged{"AnObjectInATensor", file_with(R"({"a":{"shape":{}}})"), "an object"},
        Damaged{"UnknownKey", file_with(R"({"a":{"strides":[1]}})"), "'strides'"},
        Damaged{"KeyTwice", file_with(R"({"a":{"shape":[1],"shape":[1]}})"), "repeated"},
        Damaged{"NoOffsets", file_with(R"({"a":{"dtype":"F32","shape":[1]}})"), "data_offsets"},
        Damaged{"OneOffset", file_with(one("F32", "[0]", "[0]")), "two data_offsets"},
        Damaged{"ThreeOffsets", file_with(one("F32", "[0]", "[0,0,0]")), "two data_offsets"},
        Damaged{"NumberAsDType", file_with(R"({"a":{"dtype":3}})"), "unexpected 3"},
        Damaged{"TextAsShape", file_with(R"({"a":{"shape":"3"}})"), "unexpected '3'"},
        Damaged{"NegativeExtent", file_with(one("F32", "[-1]", "[0,4]"), 4), "unexpected -1"},
        Damaged{"FractionalExtent", file_with(one("F32", "[1.0]", "[0,4]"), 4), "unexpected 1.0"},
        Damaged{"NullExtent", file_with(one("F32", "[null]", "[0,4]"), 4), "null"},
        Damaged{"MetadataThatIsANumber", file_with(R"({"__metadata__":{"a":1}})"), "unexpected 1"},
        Damaged{"MetadataKeyTwice", file_with(R"({"__metadata__":{"a":"","a":""}})"), "repeated"},
        Damaged{"TooFewBytes", file_with(one("F32", "[2]", "[0,4]"), 4), "expected 8 bytes"},
        Damaged{"DataCutShort", file_with(one("F32", "[2]", "[0,8]"), 7), "found 7"},
        Damaged{"DataTooLong", file_with(one("F32", "[2]", "[0,8]"), 9), "found 9"},
        Damaged{"Backwards", file_with(one("F32", "[0]", "[8,0]"), 8), "[8, 0]"},
        Damaged{"NotAtTheStart", file_with(one("F32", "[1]", "[4,8]"), 8), "[4, 8]"},
        Damaged{
            "Overlap",
            file_with(two(tensor("a", "F32", "[1]", "[0,4]"), tensor("b", "F32", "[1]", "[2,6]")),
                      6),
            "tensor 'b' at offset 4"},
        Damaged{
            "TensorTwice",
            file_with(two(tensor("a", "F32", "[1]", "[0,4]"), tensor("a", "F32", "[1]", "[4,8]")),
                      8),
            "'a' twice"}),
    [](const auto& test) { return std::string(test.param.what); });

TEST(SafetensorsHeader, RefusesProductsThatOverflow) {
  const auto shape = "[4294967296,4294967296,4294967296]";
  EXPECT_THAT(refusal(file_with(one("F32", shape, "[0,0]"))).second, HasSubstr("2^63"));
  EXPECT_THAT(refusal(file_with(one("I64", "[1099511627776,4194304]", "[0,0]"))).second,
              HasSubstr("2^63"));
}

TEST(SafetensorsHeader, RefusesMoreAxesThanAShapeHolds) {
  EXPECT_THAT(refusal(file_with(one("F32", "[1,1,1,1,1,1,1]", "[0,4]"), 4)).second,
              HasSubstr("a list of 7 numbers"));
}

TEST(SafetensorsHeader, RefusesOtherDTypesByName) {
  for (const char* dtype : {"F64", "BOOL", "F8_E4M3", "f32"}) {
    const auto [kind, message] = refusal(file_with(one(dtype, "[0]", "[0,0]")));
    EXPECT_EQ(kind, ErrorKind::kUnsupported);
    EXPECT_THAT(message, HasSubstr(dtype));
  }
}

TEST(SafetensorsHeader, RefusesEveryTruncation) {
  const std::string whole = file_with(one("F32", "[2]", "[0,8]"), 8);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(refusal(whole.substr(0, size)).first, ErrorKind::kInvalidData) << size;
  }
}

TEST(SafetensorsHeader, RefusesOrReadsEveryFlippedBit) {
  const std::string whole = file_with(one("F32", "[2]", "[0,8]"), 8);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    try {
      const auto header = parse(damaged);
      ASSERT_EQ(header.entries.size(), 1U);
      EXPECT_EQ(header.entries[0].end, 8U);
    } catch (const Error& error) {
      EXPECT_NE(error.kind(), ErrorKind::kInternal) << error.what();
    }
  }
}

}  // namespace
}  // namespace promptdepth
