#include "agent/logs/msgpack.h"

namespace roadstead {

void MessagePack::big_endian(std::uint64_t value, int size) {
  for (int at = size - 1; at >= 0; --at) byte(static_cast<unsigned>(value >> (8 * at)) & 0xff);
}

void MessagePack::begin_array(std::uint32_t count) {
  if (count < 16) return byte(0x90 | count);
  byte(count <= 0xffff ? 0xdc : 0xdd);
  big_endian(count, count <= 0xffff ? 2 : 4);
}

void MessagePack::begin_map(std::uint32_t count) {
  if (count < 16) return byte(0x80 | count);
  byte(count <= 0xffff ? 0xde : 0xdf);
  big_endian(count, count <= 0xffff ? 2 : 4);
}

void MessagePack::add(std::string_view text) {
  std::size_t size = text.size();
  if (size < 32) {
    byte(0xa0 | static_cast<unsigned>(size));
  } else if (size <= 0xff) {
    byte(0xd9);
    big_endian(size, 1);
  } else if (size <= 0xffff) {
    byte(0xda);
    big_endian(size, 2);
  } else {
    byte(0xdb);
    big_endian(size, 4);
  }
  bytes_ += text;
}

void MessagePack::add(std::uint64_t number) {
  if (number < 0x80) return byte(static_cast<unsigned>(number));
  int power = number <= 0xff ? 0 : number <= 0xffff ? 1 : number <= 0xffffffff ? 2 : 3;
  byte(0xccU + static_cast<unsigned>(power));
  big_endian(number, 1 << power);
}

void MessagePack::add_event_time(Instant at) {
  byte(0xd7);
  byte(0);
  big_endian(static_cast<std::uint64_t>(at.micros / 1'000'000), 4);
  big_endian(static_cast<std::uint64_t>(at.micros % 1'000'000) * 1000, 4);
}

}  // namespace roadstead
