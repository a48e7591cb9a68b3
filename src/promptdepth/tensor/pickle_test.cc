#include "promptdepth/tensor/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/checkpoint_writer_for_test.h"

namespace promptdepth {
namespace {

using Kind = PickleValue::Kind;
using ::testing::HasSubstr;

/// The bytes of a literal, zeros included.
template <std::size_t kSize>
std::string raw(const char (&literal)[kSize]) {
  return {literal, kSize - 1};
}

/// Text in the result points into `bytes`.
Pickle parse(const std::string& bytes) {
  return parse_pickle(std::as_bytes(std::span(bytes)), "'test'");
}

/// Parses a literal, which outlives the result.
template <std::size_t kSize>
Pickle parse(const char (&literal)[kSize]) {
  return parse_pickle(std::as_bytes(std::span(literal, kSize - 1)), "'test'");
}

std::pair<ErrorKind, std::string> refusal(const std::string& bytes) {
  try {
    parse(bytes);
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  return {ErrorKind::kInternal, "nothing was refused"};
}

TEST(Pickle, ReadsIntegersOfEveryLength) {
  EXPECT_EQ(parse("K\xff.").root().integer, 255);
  EXPECT_EQ(parse("M\xff\xff.").root().integer, 65535);
  EXPECT_EQ(parse("J\xfe\xff\xff\xff.").root().integer, -2);
  EXPECT_EQ(parse("\x8a\x00.").root().integer, 0);
  EXPECT_EQ(parse("\x8a\x01\xff.").root().integer, -1);
  EXPECT_EQ(parse("\x8a\x02\xff\x00.").root().integer, 255);
  EXPECT_EQ(parse("\x8b\x03\0\0\0\x01\x02\x03.").root().integer, 0x030201);
  EXPECT_EQ(parse("\x8a\x09"
                  "123456789.")
                .root()
                .kind,
            Kind::kLong);
}

TEST(Pickle, ReadsTheOtherConstants) {
  EXPECT_EQ(parse("N.").root().kind, Kind::kNone);
  EXPECT_EQ(parse("\x88.").root().integer, 1);
  EXPECT_EQ(parse("\x89.").root().kind, Kind::kBool);
  EXPECT_EQ(parse("G\x3f\xf8\0\0\0\0\0\0.").root().real, 1.5);
  EXPECT_EQ(parse("\x8c\x02hi.").root().text, "hi");
  EXPECT_EQ(parse("X\x02\0\0\0hi.").root().kind, Kind::kText);
  EXPECT_EQ(parse("\x8d\x02\0\0\0\0\0\0\0hi.").root().text, "hi");
  EXPECT_EQ(parse("C\x02hi.").root().kind, Kind::kBytes);
}

TEST(Pickle, BuildsContainers) {
  const Pickle tuple = parse("(K\x01K\x02t.");
  ASSERT_EQ(tuple.root().items.size(), 2U);
  EXPECT_EQ(tuple[tuple.root().items[1]].integer, 2);
  EXPECT_EQ(parse("NNN\x87.").root().items.size(), 3U);
  EXPECT_EQ(parse("](NNe.").root().items.size(), 2U);
  EXPECT_EQ(parse("]Na.").root().kind, Kind::kList);
  EXPECT_EQ(parse("\x8f(NN\x90.").root().items.size(), 2U);
  EXPECT_EQ(parse("(NN\x91.").root().kind, Kind::kList);
}

TEST(Pickle, FindsTheLastValueOfAKey) {
  const Pickle dict = parse(
      "}(\x8c\x01"
      "aK\x01\x8c\x01"
      "bK\x02\x8c\x01"
      "aK\x03u.");
  EXPECT_EQ(dict.find(dict.root(), "a")->integer, 3);
  EXPECT_EQ(dict.find(dict.root(), "b")->integer, 2);
  EXPECT_EQ(dict.find(dict.root(), "c"), nullptr);
  EXPECT_EQ(dict.find(*dict.find(dict.root(), "b"), "a"), nullptr);
}

TEST(Pickle, RemembersInTheMemo) {
  const Pickle pair = parse(
      "\x8c\x01"
      "aq\x05"
      "h\x05\x86.");
  EXPECT_EQ(pair.root().items[0], pair.root().items[1]);
  const Pickle numbered = parse(
      "\x8c\x01"
      "a\x94\x8c\x01"
      "b\x94h\x00\x86.");
  EXPECT_EQ(numbered[numbered.root().items[1]].text, "a");
}

TEST(Pickle, SharesAndClosesLoopsAsPythonDoes) {
  const Pickle loop = parse(
      "]q\x00h\x00"
      "a.");
  EXPECT_EQ(&loop[loop.root().items[0]], &loop.root());
}

TEST(Pickle, MovesOnTheStack) {
  EXPECT_EQ(parse("K\x01"
                  "2\x86.")
                .root()
                .items.size(),
            2U);
  EXPECT_EQ(parse("K\x01N0.").root().integer, 1);
  EXPECT_EQ(parse("K\x01(NN1.").root().integer, 1);
  EXPECT_EQ(parse("K\x01(0.").root().integer, 1);
}

TEST(Pickle, ReadsEveryProtocolThatTorchWrites) {
  EXPECT_EQ(parse("\x80\x02N.").root().kind, Kind::kNone);
  EXPECT_EQ(parse("\x80\x05\x95\x02\0\0\0\0\0\0\0N.").root().kind, Kind::kNone);
  EXPECT_EQ(refusal("\x80\x06N.").first, ErrorKind::kUnsupported);
  EXPECT_THAT(refusal(raw("\x80\x00N.")).second, HasSubstr("found 0"));
}

TEST(Pickle, MakesOrderedDictsAndRemembersOtherCalls) {
  EXPECT_EQ(parse("ccollections\nOrderedDict\n)R.").root().kind, Kind::kDict);
  const Pickle call = parse(
      "cposix\nsystem\n\x8c\x04"
      "true\x85R.");
  EXPECT_EQ(call.root().kind, Kind::kObject);
  EXPECT_TRUE(call.is_global(call[call.root().items[0]], "posix", "system"));
  EXPECT_EQ(call.describe(call.root()), "'posix.system'");
  EXPECT_EQ(call[call[call.root().items[1]].items[0]].text, "true");
}

TEST(Pickle, LooksThroughTheTypesThatLibTorchAdds) {
  const Pickle tagged = parse(
      "ctorch.jit._pickle\nrestore_type_tag\n(}\x8c\x04"
      "DicttR.");
  EXPECT_EQ(tagged.root().kind, Kind::kDict);
}

TEST(Pickle, MakesGlobalsFromTheStackToo) {
  const Pickle global = parse(
      "\x8c\x05torch\x8c\x07"
      "float32\x93.");
  EXPECT_TRUE(global.is_global(global.root(), "torch", "float32"));
  EXPECT_FALSE(global.is_global(global.root(), "torch", "float16"));
}

TEST(Pickle, DropsWhatIsPutIntoUnknownObjects) {
  const Pickle object = parse("ca\nb\n)\x81NNsNa}b.");
  EXPECT_EQ(object.root().kind, Kind::kObject);
  EXPECT_EQ(object.root().items.size(), 2U);
  EXPECT_EQ(parse("ca\nb\n)}\x92.").root().kind, Kind::kObject);
}

TEST(Pickle, KeepsPersistentIdentifications) {
  const Pickle persistent = parse("K\x05Q.");
  EXPECT_EQ(persistent.root().kind, Kind::kPersistent);
  EXPECT_EQ(persistent[persistent.root().items[0]].integer, 5);
}

TEST(Pickle, DescribesValuesForMessages) {
  EXPECT_EQ(parse("N.").describe(parse("N.").root()), "None");
  const Pickle list = parse("].");
  EXPECT_EQ(list.describe(list.root()), "a list");
  const Pickle object = parse("N)R.");
  EXPECT_EQ(object.describe(object.root()), "an unknown object");
}

TEST(Pickle, RefusesOpcodesByName) {
  EXPECT_THAT(refusal("(ios\nsystem\n."),
              ::testing::Pair(ErrorKind::kUnsupported, HasSubstr("INST")));
  EXPECT_THAT(refusal("\x82\x01.").second, HasSubstr("EXT1"));
  EXPECT_THAT(refusal("\x97.").second, HasSubstr("NEXT_BUFFER"));
  EXPECT_THAT(refusal("I5\n.").second, HasSubstr("0x49"));
}

TEST(Pickle, RefusesDamage) {
  const std::string damaged[] = {
      "",       ".",          "N",       "0N.",
      "(.",     "t.",         "1.",      "\x85.",
      "N\x86.", "(N\x86.",    "]a.",     "N]s.",
      "NNNs.",  "}(Nu.",      "Na.",     "h\x01.",
      "q\x01.", "cposix\n.",  "NN\x93.", "R.",
      "N(R.",   "J\x01.",     "K",       "b.",
      "Q.",     "\x8c\x05x.", "(2.",     raw("\x8d\xff\xff\xff\xff\xff\xff\xff\xffN."),
      "\x95N.", "]N(Ns."};
  for (const std::string& bytes : damaged) {
    EXPECT_THAT(refusal(bytes),
                ::testing::Pair(ErrorKind::kInvalidData, HasSubstr("intact pickle in 'test'")))
        << bytes;
  }
}

TEST(Pickle, RefusesToWorkForever) {
  std::string bytes;
  for (int i = 0; i < (1 << 20); ++i) bytes += "N0";
  EXPECT_THAT(refusal(bytes + "N.").second, HasSubstr("two million opcodes"));
}

TEST(Pickle, ReadsOrRefusesEveryTruncationAndFlippedBit) {
  const std::string whole =
      ::promptdepth::testing::lightning_pickle({{.name = "a.weight", .extents = {2, 3}}});
  EXPECT_EQ(parse(whole).root().kind, Kind::kDict);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(refusal(whole.substr(0, size)).first, ErrorKind::kInvalidData) << size;
  }
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    try {
      parse(flipped);
    } catch (const Error& error) {
      ASSERT_NE(error.kind(), ErrorKind::kInternal) << bit << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace promptdepth
