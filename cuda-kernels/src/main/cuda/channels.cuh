// Which channel (the last dimension) an element belongs to, without a division per element.
#pragma once

#include "numbers.cuh"

namespace verhulst {

// The channels of consecutive elements, from one on.
class Channels {
 public:
  DEVICE Channels(u64 element, u64 channels) : channels_(channels) {
    bool small = ((element | channels) >> 32) == 0;  // a 32-bit remainder is several times cheaper
    channel_ = small ? static_cast<unsigned>(element) % static_cast<unsigned>(channels) : element % channels;
  }

  // The channel of the next element.
  DEVICE u64 next() {
    u64 channel = channel_;
    channel_ = channel + 1 == channels_ ? 0 : channel + 1;
    return channel;
  }

 private:
  u64 channel_;
  u64 channels_;
};

}  // namespace verhulst
