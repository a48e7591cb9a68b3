#include "promptdepth/train/data_recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {
namespace {

using testing::HasSubstr;

std::string refusal_of(const std::string& data) {
  try {
    parse_recipe(R"({"data": )" + data + "}", "recipe.json");
    return "taken";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(DataRecipe, IsProceduralScenesAloneWhereARecipeSaysNothing) {
  const Recipe recipe = parse_recipe("{}", "recipe.json");
  ASSERT_EQ(recipe.data.size(), 1U);
  EXPECT_EQ(recipe.data[0].kind, DataKind::kProcedural);
  EXPECT_EQ(recipe.data[0].label(), "procedural");
}

TEST(DataRecipe, ReadsAMixtureAndWritesItBack) {
  const Recipe recipe = parse_recipe(
      R"({"data": [{"kind": "hypersim", "path": "hypersim", "weight": 2.5, "uses": 3},
                   {"kind": "folder", "name": "cans", "path": "/data/cans", "split": "all",
                    "real_prompt_share": 0.5, "min_confidence": 2, "long_side_px": 1008}]})",
      "recipe.json");
  const Recipe again = parse_recipe(to_json(recipe), "again");
  for (const Recipe* each : {&recipe, &again}) {
    ASSERT_EQ(each->data.size(), 2U);
    EXPECT_EQ(each->data[0].kind, DataKind::kHypersim);
    EXPECT_EQ(each->data[0].label(), "hypersim");
    EXPECT_EQ(each->data[0].weight, 2.5F);
    EXPECT_EQ(each->data[0].uses, 3);
    EXPECT_EQ(each->data[1].label(), "cans");
    EXPECT_EQ(each->data[1].path, "/data/cans");
    EXPECT_EQ(each->data[1].split, "all");
    EXPECT_EQ(each->data[1].real_prompt_share, 0.5F);
    EXPECT_EQ(each->data[1].min_confidence, 2);
    EXPECT_EQ(each->data[1].long_side_px, 1008);
  }
}

TEST(DataRecipe, RefusesByNameWhatMakesNoSense) {
  EXPECT_THAT(refusal_of(R"([{"kind": "kitti", "path": "x"}])"), HasSubstr("data[0].kind"));
  EXPECT_THAT(refusal_of(R"([{"kind": "folder"}])"), HasSubstr("expected a path in data[0]"));
  EXPECT_THAT(refusal_of(R"([{"path": "x"}])"), HasSubstr("expected no path in data[0]"));
  EXPECT_THAT(refusal_of(R"([{"weight": 0}])"), HasSubstr("data[0].weight"));
  EXPECT_THAT(refusal_of("[]"), HasSubstr("at least one entry in data"));
  EXPECT_THAT(refusal_of(R"([{"kind": "folder", "path": "a"}, {"kind": "folder", "path": "b"}])"),
              HasSubstr("found \"folder\" twice"));
}

}  // namespace
}  // namespace promptdepth
