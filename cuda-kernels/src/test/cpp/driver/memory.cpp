#include "memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace fake {
namespace {

constexpr std::size_t kAlignment = 256;
constexpr std::size_t kGuardBytes = 256;
// What lies beyond is not touched, so that an allocation of many gibibytes takes no memory.
constexpr std::size_t kFilledBytes = 64 << 20;
constexpr char kGuard = 0x5a;

}  // namespace

void* Memory::allocate(std::size_t byte_size) {
  std::size_t whole = (byte_size + kGuardBytes + kAlignment - 1) / kAlignment * kAlignment;
  char* address = static_cast<char*>(std::aligned_alloc(kAlignment, whole));
  if (address == nullptr) return nullptr;
  std::memset(address, 0xff, std::min(byte_size, kFilledBytes));
  std::memset(address + byte_size, kGuard, kGuardBytes);
  std::lock_guard lock(mutex_);
  allocations_[address] = byte_size;
  return address;
}

void Memory::check_and_free(void* address, std::size_t byte_size) {
  const char* guard = static_cast<char*>(address) + byte_size;
  if (!std::all_of(guard, guard + kGuardBytes, [](char each) { return each == kGuard; })) overruns_++;
  std::free(address);
}

bool Memory::release(void* address) {
  std::lock_guard lock(mutex_);
  auto found = allocations_.find(static_cast<char*>(address));
  if (found == allocations_.end()) return false;
  check_and_free(found->first, found->second);
  allocations_.erase(found);
  return true;
}

void Memory::release_all() {
  std::lock_guard lock(mutex_);
  for (const auto& [address, byte_size] : allocations_) check_and_free(address, byte_size);
  allocations_.clear();
}

bool Memory::contains(const void* address, std::size_t byte_size) {
  std::lock_guard lock(mutex_);
  char* start = static_cast<char*>(const_cast<void*>(address));
  auto after = allocations_.upper_bound(start);
  if (after == allocations_.begin()) return false;
  const auto& [first, size] = *std::prev(after);
  return start + byte_size <= first + size;
}

long Memory::allocations() {
  std::lock_guard lock(mutex_);
  return static_cast<long>(allocations_.size());
}

std::size_t Memory::bytes() {
  std::lock_guard lock(mutex_);
  std::size_t sum = 0;
  for (const auto& [address, byte_size] : allocations_) sum += byte_size;
  return sum;
}

long Memory::overruns() {
  std::lock_guard lock(mutex_);
  return overruns_;
}

}  // namespace fake
