#include "CScan.h"

#include <string.h>

size_t norma_decode_gb18030(
    const uint8_t *bytes, size_t count, const uint16_t *characters, uint8_t *text, size_t room, size_t *taken) {
  size_t from = 0, to = 0;
  while (from < count && to + 8 <= room) {
    if (from + 8 <= count) {
      uint64_t word;
      memcpy(&word, bytes + from, 8);
      if ((word & 0x8080808080808080) == 0) {
        memcpy(text + to, &word, 8);
        from += 8;
        to += 8;
        continue;
      }
    }
    uint8_t first = bytes[from];
    if (first < 0x80) {
      text[to++] = first;
      from++;
      continue;
    }
    if (first < 0x81 || first > 0xFE || from + 1 >= count) break;
    uint32_t character = characters[(uint32_t)(first - 0x81) * 256 + bytes[from + 1]];
    // A character of four bytes, or none at all.
    if (character == 0) break;
    if (character < 0x800) {
      text[to++] = (uint8_t)(0xC0 | character >> 6);
    } else {
      text[to++] = (uint8_t)(0xE0 | character >> 12);
      text[to++] = (uint8_t)(0x80 | (character >> 6 & 0x3F));
    }
    text[to++] = (uint8_t)(0x80 | (character & 0x3F));
    from += 2;
  }
  *taken = from;
  return to;
}
