// A block of threads on one host thread: each is a fiber, which runs until it ends or waits for the others.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace host {

// One dimension is all that the kernels use.
struct Index {
  unsigned x;
};

enum class State { new_born, runnable, at_barrier, at_shuffle, ended };

class Block {
 public:
  // Runs every block of a grid, one after the other.
  static void run_grid(unsigned blocks, unsigned threads, const std::function<void()>& kernel);

  // The block that this host thread runs.
  static Block& current();

  Index thread_index() const { return {running_}; }
  Index block_index() const { return {block_}; }
  Index block_dimension() const { return {static_cast<unsigned>(threads_.size())}; }
  Index grid_dimension() const { return {blocks_}; }

  // Called by a thread of the block: lets the others run until all that it waits for have come as far.
  void wait(State at);

  // Called by every thread of a warp: gives a value, takes that of the thread whose number differs by the mask.
  std::uint64_t exchange(std::uint64_t value, unsigned lane_mask);

 private:
  struct Thread {
    ucontext_t start;  // enters the kernel, on the thread's own stack
    jmp_buf place;     // where it waits
    std::unique_ptr<char[]> stack;
    State state;
    bool odd;                   // which of its two mailboxes the next exchange uses
    std::uint64_t mailbox[2];  // two, since a partner may be one exchange ahead
  };

  Block(unsigned blocks, unsigned threads, const std::function<void()>& kernel);
  void run(unsigned block);
  bool run_runnable();
  void resume(Thread& thread);
  bool release(State waiting, unsigned first, unsigned last);
  static void enter();

  const std::function<void()>& kernel_;
  std::vector<Thread> threads_;
  jmp_buf scheduler_;
  unsigned blocks_;
  unsigned block_ = 0;
  unsigned running_ = 0;
};

}  // namespace host
