#include "promptdepth/capture/json_numbers.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(JsonNumbers, ComeFromFlatAndNestedArrays) {
  const json object = {{"flat", {1, 2, 3, 4}}, {"rows", {{1, 2}, {3, 4.5}}}, {"one", 7.5}};
  EXPECT_THAT(*json_numbers(object, "flat", 4), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(*json_numbers(object, "rows", 4), ElementsAre(1, 2, 3, 4.5));
  EXPECT_EQ(json_number(object, "one"), 7.5);
}

TEST(JsonNumbers, AreNothingWhenAnythingElseIsThere) {
  const json object = {{"short", {1, 2, 3}},
                       {"text", {1, 2, 3, "4"}},
                       {"deep", {{{1}}, 2, 3, 4}},
                       {"null", {{1, 2}, {3, nullptr}}},
                       {"no", "array"}};
  for (const char* key : {"short", "text", "deep", "null", "no", "absent"}) {
    EXPECT_FALSE(json_numbers(object, key, 4)) << key;
  }
  EXPECT_FALSE(json_numbers(object["text"], "text", 4));
  EXPECT_FALSE(json_number(object, "no"));
  EXPECT_FALSE(json_number(object["no"], "no"));
}

TEST(JsonObject, IsReadFromAFileOrRefused) {
  const TestFolder folder;
  folder.text("a.json", R"({"a": 1})");
  EXPECT_EQ(read_json_object(folder.file("a.json"), 100)["a"], 1);
  EXPECT_THROW(read_json_object(folder.file("a.json"), 3), Error);
  folder.text("a.json", "[1]");
  EXPECT_THROW(read_json_object(folder.file("a.json"), 100), Error);
  folder.text("a.json", "{");
  EXPECT_THROW(read_json_object(folder.file("a.json"), 100), Error);
}

}  // namespace
}  // namespace promptdepth
