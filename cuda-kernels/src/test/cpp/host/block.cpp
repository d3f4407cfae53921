#include "block.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace host {
namespace {

constexpr unsigned kWarp = 32;
constexpr std::size_t kStackBytes = 64 << 10;
thread_local Block* current_block = nullptr;

[[noreturn]] void deadlock() {
  std::fputs("fake driver: not every thread came to the same barrier or shuffle\n", stderr);
  std::abort();
}

}  // namespace

Block& Block::current() { return *current_block; }

void Block::run_grid(unsigned blocks, unsigned threads, const std::function<void()>& kernel) {
  Block block(blocks, threads, kernel);
  current_block = &block;
  for (unsigned i = 0; i < blocks; i++) block.run(i);
  current_block = nullptr;
}

Block::Block(unsigned blocks, unsigned threads, const std::function<void()>& kernel)
    : kernel_(kernel), threads_(threads), blocks_(blocks) {
  for (Thread& thread : threads_) thread.stack = std::make_unique_for_overwrite<char[]>(kStackBytes);
}

void Block::enter() {
  Block& block = current();
  block.kernel_();
  block.wait(State::ended);
}

void Block::run(unsigned block) {
  block_ = block;
  for (Thread& thread : threads_) {
    thread.state = State::new_born;
    thread.odd = false;
    getcontext(&thread.start);
    thread.start.uc_stack.ss_sp = thread.stack.get();
    thread.start.uc_stack.ss_size = kStackBytes;
    thread.start.uc_link = nullptr;
    makecontext(&thread.start, &Block::enter, 0);
  }
  unsigned count = static_cast<unsigned>(threads_.size());
  while (run_runnable()) {
    for (unsigned warp = 0; warp < count; warp += kWarp) {
      release(State::at_shuffle, warp, std::min(warp + kWarp, count));
    }
    release(State::at_barrier, 0, count);
  }
  for (const Thread& thread : threads_) {
    if (thread.state != State::ended) deadlock();
  }
}

bool Block::run_runnable() {
  bool any = false;
  for (running_ = 0; running_ < threads_.size(); running_++) {
    State state = threads_[running_].state;
    if (state == State::new_born || state == State::runnable) {
      any = true;
      resume(threads_[running_]);
    }
  }
  return any;
}

// Returns when the thread waits or has ended. Jumps, unlike swapcontext, need no call of the operating system.
void Block::resume(Thread& thread) {
  if (_setjmp(scheduler_) == 0) {
    if (thread.state == State::new_born) setcontext(&thread.start);
    _longjmp(thread.place, 1);
  }
}

// Lets the threads from first to last run on, where all of them that have not ended wait for each other.
bool Block::release(State waiting, unsigned first, unsigned last) {
  bool any = false;
  for (unsigned i = first; i < last; i++) {
    if (threads_[i].state == waiting) {
      any = true;
    } else if (threads_[i].state != State::ended) {
      return false;
    }
  }
  for (unsigned i = first; any && i < last; i++) {
    if (threads_[i].state == waiting) threads_[i].state = State::runnable;
  }
  return any;
}

void Block::wait(State at) {
  Thread& thread = threads_[running_];
  thread.state = at;
  if (_setjmp(thread.place) == 0) _longjmp(scheduler_, 1);
}

std::uint64_t Block::exchange(std::uint64_t value, unsigned lane_mask) {
  unsigned self = running_;
  bool odd = threads_[self].odd;
  threads_[self].mailbox[odd] = value;
  wait(State::at_shuffle);
  threads_[self].odd = !odd;
  unsigned partner = (self & ~(kWarp - 1)) | ((self ^ lane_mask) & (kWarp - 1));
  return partner < threads_.size() ? threads_[partner].mailbox[odd] : value;
}

}  // namespace host
