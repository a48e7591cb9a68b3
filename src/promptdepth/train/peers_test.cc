#include "promptdepth/train/peers.h"

#include <cstdlib>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

/// Sets variables while it lives.
class Variables {
 public:
  explicit Variables(std::map<std::string, std::string> values) : values_(std::move(values)) {
    for (const auto& [name, value] : values_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;
  ~Variables() {
    for (const auto& [name, value] : values_) ::unsetenv(name.c_str());
  }

 private:
  std::map<std::string, std::string> values_;
};

std::string message_of(const std::map<std::string, std::string>& values) {
  const Variables variables(values);
  try {
    peers_from_environment();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Peers, AreReadFromTheEnvironmentAsLaunchersSetIt) {
  EXPECT_EQ(peers_from_environment().size, 1);
  const Variables variables(
      {{"RANK", "3"}, {"WORLD_SIZE", "8"}, {"MASTER_ADDR", "node0"}, {"MASTER_PORT", "1234"}});
  const PeersOptions options = peers_from_environment();
  EXPECT_EQ(options.rank, 3);
  EXPECT_EQ(options.size, 8);
  EXPECT_EQ(options.master_address, "node0");
  EXPECT_EQ(options.master_port, 1234);
}

TEST(Peers, NameTheVariableThatIsWrong) {
  EXPECT_THAT(message_of({{"WORLD_SIZE", "many"}}), HasSubstr("WORLD_SIZE"));
  EXPECT_THAT(message_of({{"WORLD_SIZE", "2"}}), HasSubstr("RANK"));
  EXPECT_THAT(message_of({{"WORLD_SIZE", "2"}, {"RANK", "2"}}), HasSubstr("between 0 and 1"));
  EXPECT_THAT(message_of({{"WORLD_SIZE", "2"}, {"RANK", "1"}}), HasSubstr("MASTER_ADDR"));
  EXPECT_THAT(message_of({{"WORLD_SIZE", "2"}, {"RANK", "1"}, {"MASTER_ADDR", "a"}}),
              HasSubstr("MASTER_PORT"));
}

TEST(Peers, OfASingleProcessLeaveEverythingAsItIs) {
  Peers peers({});
  std::vector<torch::Tensor> tensors = {torch::full({2}, 3.0F), torch::Tensor()};
  peers.sum(tensors);
  EXPECT_EQ(tensors[0][1].item<float>(), 3);
  EXPECT_FALSE(tensors[1].defined());
  EXPECT_EQ(peers.copy_from_first(7), 7);
}

/// Nobody listens on port 1.
TEST(Peers, SayThatTheOthersDidNotCome) {
  PeersOptions options{.rank = 1, .size = 2, .master_port = 1};
  options.timeout = std::chrono::seconds(1);
  try {
    const Peers peers(options);
    ADD_FAILURE() << "met somebody";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("process 1 of 2"));
  }
}

}  // namespace
}  // namespace promptdepth
