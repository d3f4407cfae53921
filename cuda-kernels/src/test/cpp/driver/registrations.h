// The host memory of the process that is page-locked, each piece through one context, for all of them.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>

namespace fake {

class Context;

class Registrations {
 public:
  static Registrations& instance();

  // False where a part of it is registered already.
  bool add(void* address, std::size_t byte_size, const Context& context);
  // False where nothing that begins there is registered.
  bool remove(void* address);
  // What goes with a context.
  void remove_all(const Context& context);

  // Whether all of these bytes lie in one piece.
  bool contains(const void* address, std::size_t byte_size);

  long of(const Context& context);
  long size();

 private:
  struct Piece {
    std::size_t byte_size;
    const Context* context;
  };

  std::mutex mutex_;
  std::map<const char*, Piece> pieces_;
};

}  // namespace fake
