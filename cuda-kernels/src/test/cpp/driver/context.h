// The primary context of the one device, and all that lives in it.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "memory.h"
#include "module.h"
#include "results.h"
#include "stream.h"

namespace fake {

class Context {
 public:
  static Context& primary();

  void retain();
  // With the last user goes everything that the context holds, and its error. What it holds in good health was forgotten.
  void release();
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
  Memory& host_memory() { return host_memory_; }

  Stream* add_stream();
  bool remove_stream(Stream* stream);
  long streams();

  Module* add_module(std::unique_ptr<Module> module);
  bool remove_module(Module* module);
  long modules();

 private:
  std::mutex mutex_;
  long users_ = 0;
  long forgotten_ = 0;
  std::atomic<int> error_{0};
  std::atomic<int> later_{0};
  Memory device_memory_;
  Memory host_memory_;
  std::map<Stream*, std::unique_ptr<Stream>> streams_;
  std::map<Module*, std::unique_ptr<Module>> modules_;
};

}  // namespace fake
