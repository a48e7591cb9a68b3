// Runs the trainer as a user does: kills it, resumes it, and starts several processes of it.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "promptdepth/base/files.h"
#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/train/run_record.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;
using Environment = std::map<std::string, std::string>;

/// A process of the trainer, killed when this goes.
class Trainer {
 public:
  Trainer(std::vector<std::string> arguments, const fs::path& log, const Environment& environment) {
    arguments.insert(arguments.begin(), PROMPTDEPTH_TRAIN);
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execv(PROMPTDEPTH_TRAIN, argv.data());
    ::_exit(127);
  }
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;
  ~Trainer() {
    if (pid_ <= 0) return;
    kill();
    wait();
  }

  void kill() const { ::kill(pid_, SIGKILL); }
  void halt() const { ::kill(pid_, SIGSTOP); }

  /// Whether it has not ended yet.
  bool is_running() {
    if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
    return pid_ > 0;
  }

  /// The exit status, or 128 + the signal that ended it.
  int wait() {
    if (pid_ > 0) ::waitpid(pid_, &status_, 0);
    pid_ = 0;
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  }

 private:
  pid_t pid_ = 0;
  int status_ = 0;
};

class TrainProgram : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) /
              fmt::format("promptdepth_train_{}_{}", info->name(), ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path path(const std::string& name) const { return folder_ / name; }

  fs::path write(const Recipe& recipe, const std::string& name = "recipe.json") const {
    write_file_atomically(path(name), to_json(recipe));
    return path(name);
  }

  /// Starts the recipe in the folder `run`; the log is beside it.
  std::unique_ptr<Trainer> start(const fs::path& recipe, const std::string& run,
                                 const Environment& environment = {}, const std::string& log = "",
                                 int peer_timeout_s = 1800) const {
    return std::make_unique<Trainer>(
        std::vector<std::string>{recipe.string(), "-o", path(run).string(), "--resume", "--threads",
                                 "1", "--loader-threads", "1", "--peer-timeout",
                                 std::to_string(peer_timeout_s)},
        path((log.empty() ? run : log) + ".log"), environment);
  }

  /// Waits for the first checkpoint of a run.
  void await_checkpoint(Trainer& trainer, const std::string& run) const {
    while (!fs::exists(path(run) / "checkpoint.safetensors")) {
      ASSERT_TRUE(trainer.is_running()) << log_of(run);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  std::string log_of(const std::string& run) const { return read_text_file(path(run + ".log")); }

  fs::path folder_;
};

std::vector<double> losses_in(const fs::path& folder) {
  const RunRecord record(folder / "metrics.jsonl", 1000000);
  std::vector<double> losses;
  for (const StepRecord& step : record.steps()) losses.push_back(step.loss.total);
  return losses;
}

TEST_F(TrainProgram, KilledAtRandomMomentsEndsInTheSameBits) {
  constexpr int kKills = 6;
  Recipe recipe = tiny_recipe();
  recipe.steps = 24;
  recipe.validation.every_steps = 4;
  recipe.checkpoint_every_steps = 3;
  const fs::path file = write(recipe);
  const Clock::time_point begin = Clock::now();
  ASSERT_EQ(start(file, "straight")->wait(), 0) << log_of("straight");
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

  const auto seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> moment(0, seconds);
  for (int i = 0; i < kKills; ++i) {
    const auto trainer = start(file, "killed");
    std::this_thread::sleep_for(std::chrono::duration<double>(moment(random)));
    trainer->kill();
    trainer->wait();
  }
  ASSERT_EQ(start(file, "killed")->wait(), 0) << log_of("killed");
  EXPECT_EQ(losses_in(path("killed")), losses_in(path("straight")));
  for (const char* name : {"checkpoint.safetensors", "last.safetensors", "best.safetensors"}) {
    EXPECT_EQ(read_file(path("killed") / name), read_file(path("straight") / name)) << name;
  }
}

TEST_F(TrainProgram, RefusesABadRecipeInOneSentence) {
  write_file_atomically(path("bad.json"), R"({"optimizer": {"learning_rate": 7}})");
  EXPECT_EQ(start(path("bad.json"), "bad")->wait(), 2);
  EXPECT_THAT(log_of("bad"), HasSubstr("optimizer.learning_rate"));
  EXPECT_FALSE(fs::exists(path("bad")));
}

TEST_F(TrainProgram, NamesAVariableThatIsMissing) {
  const fs::path file = write(tiny_recipe());
  EXPECT_EQ(start(file, "alone", {{"WORLD_SIZE", "2"}, {"RANK", "0"}})->wait(), 2);
  EXPECT_THAT(log_of("alone"), HasSubstr("MASTER_ADDR"));
}

#ifdef PROMPTDEPTH_HAS_GLOO

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  socklen_t size = sizeof(address);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ::ntohs(address.sin_port);
}

Environment place(int rank, int port) {
  return {{"RANK", std::to_string(rank)},
          {"WORLD_SIZE", "2"},
          {"MASTER_ADDR", "127.0.0.1"},
          {"MASTER_PORT", std::to_string(port)}};
}

/// After one update AdamW's first moment is (1 - β1) times the gradient. Two sums of float32 in
/// another order differ by a few roundings of their largest terms.
TEST_F(TrainProgram, TwoProcessesGiveTheGradientsOfOneWithTwiceTheBatch) {
  Recipe recipe = tiny_recipe();
  recipe.steps = 1;
  recipe.batch = 2;
  recipe.validation.final_frames = 0;
  const fs::path two = write(recipe, "two.json");
  const int port = free_port();
  const auto first = start(two, "two", place(0, port));
  const auto second = start(two, "elsewhere", place(1, port));
  ASSERT_EQ(first->wait(), 0) << log_of("two");
  ASSERT_EQ(second->wait(), 0) << log_of("elsewhere");
  EXPECT_FALSE(fs::exists(path("elsewhere")));  // Only rank 0 writes.

  recipe.batch = 4;
  ASSERT_EQ(start(write(recipe, "one.json"), "one")->wait(), 0) << log_of("one");
  const auto a = open_safetensors(path("two") / "checkpoint.safetensors");
  const auto b = open_safetensors(path("one") / "checkpoint.safetensors");
  int compared = 0;
  for (const TensorInfo& tensor : b->tensors()) {
    if (!tensor.name.starts_with("first_moment.")) continue;
    const std::vector<float> x = a->read(tensor.name).to_floats();
    const std::vector<float> y = b->read(tensor.name).to_floats();
    float largest = 0;
    for (const float value : y) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_NEAR(x[i], y[i], 1e-5F * largest + 1e-12F) << tensor.name;
    }
    ++compared;
  }
  EXPECT_GT(compared, 10);
  EXPECT_NEAR(losses_in(path("two"))[0], losses_in(path("one"))[0], 1e-6);
}

TEST_F(TrainProgram, ADeadPeerEndsTheRunWithAMessage) {
  Recipe recipe = tiny_recipe();
  recipe.steps = 1000000;
  recipe.validation.every_steps = 1000000;
  const fs::path file = write(recipe);
  for (const int victim : {1, 0}) {
    const std::string run = fmt::format("run{}", victim);
    const int port = free_port();
    const std::vector<std::string> logs = {run, run + "_peer"};
    std::vector<std::unique_ptr<Trainer>> peers;
    for (int rank = 0; rank < 2; ++rank) {
      peers.push_back(start(file, run, place(rank, port), logs[static_cast<std::size_t>(rank)]));
    }
    ASSERT_NO_FATAL_FAILURE(await_checkpoint(*peers[0], run));
    const auto dead = static_cast<std::size_t>(victim);
    peers[dead]->kill();
    EXPECT_EQ(peers[1 - dead]->wait(), 1);
    EXPECT_THAT(log_of(logs[1 - dead]), HasSubstr("lost the others"));
  }
}

/// Its connection stays open, as that of a machine that hangs.
TEST_F(TrainProgram, APeerThatStopsAnsweringEndsTheRunAfterItsTimeout) {
  constexpr int kTimeout_s = 15;  // Longer than processes take to start on a busy machine.
  Recipe recipe = tiny_recipe();
  recipe.steps = 1000000;
  recipe.validation.every_steps = 1000000;
  const fs::path file = write(recipe);
  const int port = free_port();
  const auto first = start(file, "run", place(0, port), "run", kTimeout_s);
  const auto second = start(file, "run", place(1, port), "peer", kTimeout_s);
  ASSERT_NO_FATAL_FAILURE(await_checkpoint(*first, "run"));
  second->halt();
  EXPECT_EQ(first->wait(), 1);
  EXPECT_THAT(log_of("run"), HasSubstr("lost the others"));
}

#endif

}  // namespace
}  // namespace promptdepth
