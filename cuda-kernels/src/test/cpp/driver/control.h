// What a test sets and reads: the machine that is imitated, failures on demand, and counts.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace fake {

class Control {
 public:
  static Control& instance();

  // Sets a property: devices, driver_version (12060 for 12.6), compute_capability (80 for 8.0), multiprocessors, memory_mebibytes,
  // unified_addressing (0 where host memory has another address on the device), operation_microseconds (how long each copy and each
  // launch takes at least), held (1 while no copy and no launch may go on), idle (1 while kernels compute nothing), skip_KERNEL (1 where
  // the kernel of that name does nothing), recovers (0 where a lost context stays lost, also when it is created anew).
  void set(const std::string& name, long value);
  long get(const std::string& name);

  // Lets the nth call of a driver's function from now on (1 is the next) return a result. "kernel" stands for the run of a kernel on
  // the device, later than the call that launched it. With "@1" behind it, it is that of device 1 alone.
  void fail(const std::string& call, long nth, int result);

  // Counts a call; returns the result that it is to fail with, or 0.
  int enter(const std::string& call);
  long calls(const std::string& call);

  // Counts a call in a context of that device, under both names.
  int enter(const std::string& call, int device);

  // Takes one word: name=value, or call:nth:result for a failure.
  void take(const std::string& word);

  // Forgets failures and counts, and imitates the default machine.
  void reset();

 private:
  struct Failure {
    std::string call;
    long nth;
    int result;
  };

  Control();
  void take_from(std::string file);

  std::mutex mutex_;
  std::map<std::string, long> properties_;
  std::map<std::string, long> calls_;
  std::vector<Failure> failures_;
};

}  // namespace fake
