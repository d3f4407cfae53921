#include "context.h"

#include <array>

#include "control.h"

namespace fake {

Context& Context::primary(int device) {
  // Never destroyed: a test may end with streams at work.
  static auto& contexts = *new std::array<Context*, most_devices>([] {
    std::array<Context*, most_devices> all;
    for (int i = 0; i < most_devices; i++) all[i] = new Context(i);
    return all;
  }());
  return *contexts.at(device);
}

void Context::retain() {
  std::lock_guard lock(mutex_);
  if (users_++ == 0 && Control::instance().get("recovers") != 0) error_ = 0;
}

void Context::release() {
  std::lock_guard lock(mutex_);
  if (users_ > 0 && --users_ == 0) destroy();
}

void Context::reset() {
  std::lock_guard lock(mutex_);
  users_ = 0;
  destroy();
}

void Context::destroy() {
  if (error_ == 0) {
    forgotten_ += static_cast<long>(streams_.size() + modules_.size());
    forgotten_ += device_memory_.allocations() + Registrations::instance().of(*this);
  }
  streams_.clear();
  modules_.clear();
  device_memory_.release_all();
  Registrations::instance().remove_all(*this);
}

long Context::users() {
  std::lock_guard lock(mutex_);
  return users_;
}

long Context::forgotten() {
  std::lock_guard lock(mutex_);
  return forgotten_;
}

void Context::reset_forgotten() {
  std::lock_guard lock(mutex_);
  forgotten_ = 0;
}

Stream* Context::add_stream() {
  std::lock_guard lock(mutex_);
  auto stream = std::make_unique<Stream>(*this);
  Stream* address = stream.get();
  streams_[address] = std::move(stream);
  return address;
}

bool Context::remove_stream(Stream* stream) {
  std::lock_guard lock(mutex_);
  return streams_.erase(stream) == 1;
}

long Context::streams() {
  std::lock_guard lock(mutex_);
  return static_cast<long>(streams_.size());
}

Module* Context::add_module(std::unique_ptr<Module> module) {
  std::lock_guard lock(mutex_);
  Module* address = module.get();
  modules_[address] = std::move(module);
  return address;
}

bool Context::remove_module(Module* module) {
  std::lock_guard lock(mutex_);
  return modules_.erase(module) == 1;
}

long Context::modules() {
  std::lock_guard lock(mutex_);
  return static_cast<long>(modules_.size());
}

}  // namespace fake
