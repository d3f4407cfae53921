#include "registrations.h"

#include <algorithm>
#include <iterator>

namespace fake {

Registrations& Registrations::instance() {
  static Registrations& registrations = *new Registrations();  // streams may outlive static objects
  return registrations;
}

bool Registrations::add(void* address, std::size_t byte_size, const Context& context) {
  std::lock_guard lock(mutex_);
  const char* start = static_cast<const char*>(address);
  auto next = pieces_.upper_bound(start);
  if (next != pieces_.end() && start + byte_size > next->first) return false;
  if (next != pieces_.begin() && std::prev(next)->first + std::prev(next)->second.byte_size > start) return false;
  pieces_[start] = {byte_size, &context};
  return true;
}

bool Registrations::remove(void* address) {
  std::lock_guard lock(mutex_);
  return pieces_.erase(static_cast<const char*>(address)) == 1;
}

void Registrations::remove_all(const Context& context) {
  std::lock_guard lock(mutex_);
  std::erase_if(pieces_, [&](const auto& each) { return each.second.context == &context; });
}

bool Registrations::contains(const void* address, std::size_t byte_size) {
  std::lock_guard lock(mutex_);
  const char* start = static_cast<const char*>(address);
  auto next = pieces_.upper_bound(start);
  return next != pieces_.begin() && std::prev(next)->first + std::prev(next)->second.byte_size >= start + byte_size;
}

long Registrations::of(const Context& context) {
  std::lock_guard lock(mutex_);
  return std::count_if(pieces_.begin(), pieces_.end(), [&](const auto& each) { return each.second.context == &context; });
}

long Registrations::size() {
  std::lock_guard lock(mutex_);
  return static_cast<long>(pieces_.size());
}

}  // namespace fake
