// A stream: a thread of its own, which does what it is given, one after the other.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace fake {

class Context;

class Stream {
 public:
  explicit Stream(Context& context);
  ~Stream();

  // Each returns a result; the first that is not 0 is the context's from then on, and nothing more is done.
  void add(std::function<int()> operation);

  // Waits until everything is done.
  void wait();

  // How many streams have worked at once, at most, since this was set to 0.
  static std::atomic<long> peak;

 private:
  void work();

  Context& context_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<int()>> operations_;
  bool busy_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace fake
