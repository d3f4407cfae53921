#include "stream.h"

#include <chrono>

#include "context.h"
#include "control.h"

namespace fake {
namespace {

std::atomic<long> working{0};

}  // namespace

std::atomic<long> Stream::peak{0};

Stream::Stream(Context& context) : context_(context), thread_([this] { work(); }) {}

Stream::~Stream() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Stream::add(std::function<int()> operation) {
  {
    std::lock_guard lock(mutex_);
    operations_.push_back(std::move(operation));
  }
  changed_.notify_all();
}

void Stream::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return operations_.empty() && !busy_; });
}

void Stream::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !operations_.empty(); });
    if (operations_.empty()) return;
    std::function<int()> operation = std::move(operations_.front());
    operations_.pop_front();
    busy_ = true;
    lock.unlock();
    long now = ++working;
    for (long before = peak; before < now && !peak.compare_exchange_weak(before, now);) {
    }
    if (context_.error() == 0) {
      while (Control::instance().get("held") != 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      std::this_thread::sleep_for(std::chrono::microseconds(Control::instance().get("operation_microseconds")));
      context_.set_error(operation());
    }
    --working;
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace fake
