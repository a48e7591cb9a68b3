#include "promptdepth/capture/problem_list.h"

#include <gmock/gmock.h>

namespace promptdepth {
namespace {

using testing::ElementsAre;

TEST(ProblemList, NamesAKindOnceWithItsCountAndFirstCase) {
  ProblemList problems;
  EXPECT_TRUE(problems.empty());
  for (int i = 3; i < 1000; ++i) problems.add("frames skipped", "frame " + std::to_string(i));
  problems.add("poses without a number", "row 7");
  problems.add("gaps", "");
  problems.add_remark("no camera is known");
  EXPECT_FALSE(problems.empty());
  EXPECT_THAT(problems.sentences(),
              ElementsAre("frames skipped: 997, the first: frame 3",
                          "poses without a number: 1, row 7", "gaps: 1", "no camera is known"));
}

}  // namespace
}  // namespace promptdepth
