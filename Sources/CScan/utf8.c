#include "CScan.h"

#include <string.h>

/// Returns how many bytes the character at `bytes` takes, 0 where there is none (the Unicode Standard, table 3-7).
static inline size_t character_length(const uint8_t *bytes, size_t count) {
  uint8_t first = bytes[0];
  if (first < 0x80) return 1;
  size_t length;
  uint8_t lowest = 0x80, highest = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) lowest = 0xA0;
    if (first == 0xED) highest = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) lowest = 0x90;
    if (first == 0xF4) highest = 0x8F;
  } else {
    return 0;
  }
  if (count < length || bytes[1] < lowest || bytes[1] > highest) return 0;
  for (size_t place = 2; place < length; place++) {
    if ((bytes[place] & 0xC0) != 0x80) return 0;
  }
  return length;
}

size_t norma_find_invalid_utf8_portable(const uint8_t *bytes, size_t count) {
  size_t offset = 0;
  while (offset < count) {
    if (offset + 8 <= count) {
      uint64_t word;
      memcpy(&word, bytes + offset, 8);
      if ((word & 0x8080808080808080) == 0) {
        offset += 8;
        continue;
      }
    }
    size_t length = character_length(bytes + offset, count - offset);
    if (length == 0) return offset;
    offset += length;
  }
  return count;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

// What is wrong with two bytes in a row shows in the first one's two halves and the second one's upper half: each half has a
// set of faults that it admits, and a fault is there where all three admit it (Keiser and Lemire, Validating UTF-8 in less
// than one instruction per byte, 2020). That a third or fourth byte must follow is checked apart.
enum {
  too_short = 1 << 0,       // a leading byte, and no continuation
  too_long = 1 << 1,        // a continuation behind ASCII
  overlong_3 = 1 << 2,      // E0 80..9F
  too_large = 1 << 3,       // F4 90.., F5..
  surrogate = 1 << 4,       // ED A0..
  overlong_2 = 1 << 5,      // C0, C1
  too_large_or_4 = 1 << 6,  // F5.. 80..8F, and the overlong F0 80..8F
  two_continuations = 1 << 7,
  carry = too_short | too_long | two_continuations
};

static inline AVX2 __m256i table(const uint8_t *entries) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)entries));
}

static inline AVX2 __m256i faults(__m256i input, __m256i before, __m256i upper_1, __m256i lower_1, __m256i upper_2) {
  __m256i half = _mm256_set1_epi8(0x0F);
  __m256i joined = _mm256_permute2x128_si256(before, input, 0x21);
  __m256i previous = _mm256_alignr_epi8(input, joined, 15);
  __m256i second = _mm256_alignr_epi8(input, joined, 14);
  __m256i third = _mm256_alignr_epi8(input, joined, 13);
  __m256i found = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(upper_1, _mm256_and_si256(_mm256_srli_epi16(previous, 4), half)),
          _mm256_shuffle_epi8(lower_1, _mm256_and_si256(previous, half))),
      _mm256_shuffle_epi8(upper_2, _mm256_and_si256(_mm256_srli_epi16(input, 4), half)));
  __m256i must_continue = _mm256_or_si256(
      _mm256_subs_epu8(second, _mm256_set1_epi8((char)(0xE0 - 0x80))),
      _mm256_subs_epu8(third, _mm256_set1_epi8((char)(0xF0 - 0x80))));
  return _mm256_xor_si256(_mm256_and_si256(must_continue, _mm256_set1_epi8((char)0x80)), found);
}

/// Returns whether all is UTF-8.
static AVX2 bool avx2_is_valid(const uint8_t *bytes, size_t count) {
  static const uint8_t upper_1_entries[16] = {
      too_long, too_long, too_long, too_long, too_long, too_long, too_long, too_long,
      two_continuations, two_continuations, two_continuations, two_continuations,
      too_short | overlong_2, too_short, too_short | overlong_3 | surrogate,
      too_short | too_large | too_large_or_4};
  static const uint8_t lower_1_entries[16] = {
      carry | overlong_3 | overlong_2 | too_large_or_4, carry | overlong_2, carry, carry, carry | too_large,
      carry | too_large | too_large_or_4, carry | too_large | too_large_or_4, carry | too_large | too_large_or_4,
      carry | too_large | too_large_or_4, carry | too_large | too_large_or_4, carry | too_large | too_large_or_4,
      carry | too_large | too_large_or_4, carry | too_large | too_large_or_4,
      carry | too_large | too_large_or_4 | surrogate, carry | too_large | too_large_or_4,
      carry | too_large | too_large_or_4};
  static const uint8_t upper_2_entries[16] = {
      too_short, too_short, too_short, too_short, too_short, too_short, too_short, too_short,
      too_long | overlong_2 | two_continuations | overlong_3 | too_large_or_4,
      too_long | overlong_2 | two_continuations | overlong_3 | too_large,
      too_long | overlong_2 | two_continuations | surrogate | too_large,
      too_long | overlong_2 | two_continuations | surrogate | too_large, too_short, too_short, too_short, too_short};
  __m256i upper_1 = table(upper_1_entries), lower_1 = table(lower_1_entries), upper_2 = table(upper_2_entries);
  __m256i before = _mm256_setzero_si256(), wrong = _mm256_setzero_si256();
  size_t offset = 0;
  for (; offset + 64 <= count; offset += 64) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + offset));
    __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + offset + 32));
    // Of ASCII alone nothing is wrong but what the bytes before it left unfinished.
    if (_mm256_movemask_epi8(_mm256_or_si256(low, high)) == 0) {
      wrong = _mm256_or_si256(wrong, faults(low, before, upper_1, lower_1, upper_2));
    } else {
      wrong = _mm256_or_si256(wrong, faults(low, before, upper_1, lower_1, upper_2));
      wrong = _mm256_or_si256(wrong, faults(high, low, upper_1, lower_1, upper_2));
    }
    before = high;
  }
  // The zeros behind the end are ASCII, which tells that a character is cut off.
  uint8_t rest[96] = {0};
  memcpy(rest, bytes + offset, count - offset);
  for (int place = 0; place < 96; place += 32) {
    __m256i input = _mm256_loadu_si256((const __m256i *)(rest + place));
    wrong = _mm256_or_si256(wrong, faults(input, before, upper_1, lower_1, upper_2));
    before = input;
  }
  return _mm256_testz_si256(wrong, wrong);
}

size_t norma_find_invalid_utf8(const uint8_t *bytes, size_t count) {
  if (__builtin_cpu_supports("avx2") && avx2_is_valid(bytes, count)) return count;
  return norma_find_invalid_utf8_portable(bytes, count);
}
#else
size_t norma_find_invalid_utf8(const uint8_t *bytes, size_t count) {
  return norma_find_invalid_utf8_portable(bytes, count);
}
#endif
