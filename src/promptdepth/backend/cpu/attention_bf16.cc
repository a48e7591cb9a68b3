#include "promptdepth/backend/cpu/attention_kernel.h"

namespace promptdepth::cpu {

const AttentionKernel* bf16_attention_kernel(std::int64_t) { return nullptr; }

}  // namespace promptdepth::cpu
