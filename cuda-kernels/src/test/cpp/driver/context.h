// The primary contexts of the devices, and all that lives in them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "memory.h"
#include "module.h"
#include "registrations.h"
#include "results.h"
#include "stream.h"

namespace fake {

class Context {
 public:
  static constexpr int most_devices = 8;

  explicit Context(int device) : device_(device) {}

  static Context& primary(int device);

  int device() const { return device_; }

  // The first user gets a context without an error, where the machine is one that recovers.
  void retain();
  // With the last user goes everything that the context holds. What it holds in good health was forgotten.
  void release();
  // Everything goes, whoever uses it.
  void reset();
  long forgotten();
  void reset_forgotten();
  long users();

  // The sticky result that the context was lost to, or 0.
  int error() const { return error_; }
  // Loses the context to a sticky result; any other leaves it as it is.
  void set_error(int result) {
    int none = 0;
    if (is_sticky(result)) error_.compare_exchange_strong(none, result);
  }

  Memory& device_memory() { return device_memory_; }

  Stream* add_stream();
  bool remove_stream(Stream* stream);
  long streams();

  Module* add_module(std::unique_ptr<Module> module);
  bool remove_module(Module* module);
  long modules();

 private:
  void destroy();

  const int device_;
  std::mutex mutex_;
  long users_ = 0;
  long forgotten_ = 0;
  std::atomic<int> error_{0};
  Memory device_memory_;
  std::map<Stream*, std::unique_ptr<Stream>> streams_;
  std::map<Module*, std::unique_ptr<Module>> modules_;
};

}  // namespace fake
