#include "promptdepth/train/peers.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <utility>

#include <torch/torch.h>
#ifdef USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// Values that travel together: few enough to be no burden, enough to use the network well.
constexpr std::int64_t kBucketValues = std::int64_t{1} << 24;

std::string required_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value != nullptr && *value != '\0') return value;
  fail(ErrorKind::kInvalidArgument,
       "expected the environment variable {} beside WORLD_SIZE (torchrun, Slurm or Kubernetes set "
       "them), found none",
       name);
}

int number_in(const char* name, int least, int greatest) {
  const std::string text = required_variable(name);
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  if (whole && value >= least && value <= greatest) return value;
  fail(ErrorKind::kInvalidArgument,
       "expected the environment variable {} to be a number between {} and {}, found '{}'", name,
       least, greatest, text);
}

/// The first line of what LibTorch says, without its stack of addresses.
std::string reason_of(const std::exception& error) {
  const std::string_view text = error.what();
  return std::string(text.substr(0, std::min(text.find('\n'), std::size_t{200})));
}

}  // namespace

PeersOptions peers_from_environment() {
  PeersOptions options;
  if (std::getenv("WORLD_SIZE") == nullptr) return options;
  options.size = number_in("WORLD_SIZE", 1, 65536);
  options.rank = number_in("RANK", 0, options.size - 1);
  if (options.size == 1) return options;
  options.master_address = required_variable("MASTER_ADDR");
  options.master_port = number_in("MASTER_PORT", 1, 65535);
  return options;
}

#ifdef USE_C10D_GLOO

struct Peers::Group {
  explicit Group(const PeersOptions& options);

  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
};

namespace {

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

/// The network that the processes talk over: what GLOO_SOCKET_IFNAME names, as in PyTorch; the
/// loopback if rank 0 is there; else the one that the host's name belongs to.
std::shared_ptr<gloo::transport::Device> device_of(const PeersOptions& options) {
  if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME"); interface != nullptr) {
    return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
  }
  if (is_loopback(options.master_address)) {
    return c10d::ProcessGroupGloo::createDeviceForHostname(options.master_address);
  }
  return c10d::ProcessGroupGloo::createDefaultDevice();
}

}  // namespace

Peers::Group::Group(const PeersOptions& options) {
  c10d::TCPStoreOptions store_options;
  store_options.port = static_cast<std::uint16_t>(options.master_port);
  store_options.isServer = options.rank == 0;
  store_options.numWorkers = static_cast<std::size_t>(options.size);
  store_options.timeout = options.timeout;
  store = c10::make_intrusive<c10d::TCPStore>(options.master_address, store_options);
  auto gloo_options = c10d::ProcessGroupGloo::Options::create(options.timeout);
  gloo_options->devices.push_back(device_of(options));
  gloo_options->threads = 1;
  gloo =
      c10::make_intrusive<c10d::ProcessGroupGloo>(store, options.rank, options.size, gloo_options);
}

namespace {

/// Runs a collective operation to its end.
template <typename Start>
void run(const PeersOptions& options, const Start& start) {
  try {
    start()->wait();
  } catch (const std::exception& error) {
    fail(ErrorKind::kIo,
         "process {} of {} lost the others: one of them died or did not answer ({}); start all of "
         "them again with --resume",
         options.rank, options.size, reason_of(error));
  }
}

template <typename Group>
void sum_in_place(const PeersOptions& options, Group& group, const torch::Tensor& values) {
  std::vector<torch::Tensor> tensors = {values};
  run(options, [&] { return group.gloo->allreduce(tensors); });
}

}  // namespace

Peers::Peers(const PeersOptions& options) : options_(options) {
  PD_CHECK(options.size >= 1 && options.rank >= 0 && options.rank < options.size);
  if (options.size == 1) return;
  try {
    group_ = std::make_unique<Group>(options);
  } catch (const std::exception& error) {
    fail(ErrorKind::kIo,
         "process {} of {} waited for the others at {}:{} and did not meet all of them ({})",
         options.rank, options.size, options.master_address, options.master_port, reason_of(error));
  }
}

void Peers::sum(std::vector<torch::Tensor>& tensors) {
  if (!group_) return;
  const torch::NoGradGuard no_gradients;
  std::size_t first = 0;
  while (first < tensors.size()) {
    std::vector<torch::Tensor> bucket;
    std::int64_t values = 0;
    for (; first < tensors.size() && values < kBucketValues; ++first) {
      if (!tensors[first].defined()) continue;
      bucket.push_back(tensors[first]);
      values += tensors[first].numel();
    }
    if (bucket.empty()) continue;
    std::vector<torch::Tensor> flat;
    for (const torch::Tensor& tensor : bucket) flat.push_back(tensor.reshape({-1}));
    const torch::Tensor joined = torch::cat(flat);
    sum_in_place(options_, *group_, joined);
    std::int64_t offset = 0;
    for (torch::Tensor& tensor : bucket) {
      tensor.copy_(joined.narrow(0, offset, tensor.numel()).view(tensor.sizes()));
      offset += tensor.numel();
    }
  }
}

void Peers::sum(std::vector<double>& numbers) {
  if (!group_) return;
  sum_in_place(options_, *group_,
               torch::from_blob(numbers.data(), {static_cast<std::int64_t>(numbers.size())},
                                torch::kDouble));
}

void Peers::copy_from_first(const std::vector<torch::Tensor>& tensors) {
  if (!group_) return;
  const torch::NoGradGuard no_gradients;
  for (const torch::Tensor& tensor : tensors) {
    std::vector<torch::Tensor> values = {tensor.contiguous()};
    run(options_, [&] { return group_->gloo->broadcast(values); });
    tensor.copy_(values[0]);
  }
}

std::int64_t Peers::copy_from_first(std::int64_t number) {
  copy_from_first({torch::from_blob(&number, {1}, torch::kLong)});
  return number;
}

#else

struct Peers::Group {};

Peers::Peers(const PeersOptions& options) : options_(options) {
  PD_CHECK(options.size >= 1 && options.rank >= 0 && options.rank < options.size);
  if (options.size == 1) return;
  fail(ErrorKind::kUnsupported,
       "expected a build with Gloo for {} processes, found one without (scripts/install-deps build "
       "train, then build again)",
       options.size);
}

void Peers::sum(std::vector<torch::Tensor>&) {}
void Peers::sum(std::vector<double>&) {}
void Peers::copy_from_first(const std::vector<torch::Tensor>&) {}
std::int64_t Peers::copy_from_first(std::int64_t number) { return number; }

#endif

Peers::~Peers() = default;

}  // namespace promptdepth
