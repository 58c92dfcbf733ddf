#include "CScan.h"

#include <string.h>

// A date is read without a jump that depends on what the cell holds: an empty cell, a date and a text take the same steps,
// and what comes out counts only where nothing is wrong with it.

/// What ten characters `yyyy-mm-dd` say: the year and the month as one number `yyyymm`, and the day. `wrong` is 0 if that is
/// what they are; else the numbers are below 2^18 all the same.
typedef struct {
  uint32_t month, day, wrong;
} parts;

static inline __attribute__((always_inline)) void read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *given,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count,
    parts (*split)(const uint8_t *)) {
  const norma_months months = *given;
  size_t others_found = 0;
  // Sixteen bytes are read of each cell: where they would reach past the end, those at the beginning are as good.
  const uint32_t limit = byte_count < 16 ? 0 : (uint32_t)(byte_count - 16);
  for (size_t start = 0; start < count; start += 64) {
    size_t end = start + 64 < count ? start + 64 : count;
    uint64_t bits = 0;
    for (size_t place = start; place < end; place++) {
      norma_range cell = cells[place];
      uint32_t length = cell.end - cell.start;
      uint32_t fits = cell.start <= limit;
      parts date = split(bytes + (fits ? cell.start : 0));
      uint32_t number = date.month - months.first;
      norma_month month = months.entries[number < months.count ? number : 0];
      int32_t day = month.start + (int32_t)date.day;
      // A month that there is not has no days.
      uint32_t is_date = !(date.wrong | (number >= months.count) | (date.day - 1 >= month.length) | (length ^ 10) | !fits
                           | (day < first) | (day > last));
      days[place] = is_date ? day : INT32_MIN;
      bits |= (uint64_t)is_date << (place - start);
      others[others_found] = (uint32_t)place;
      // A cell that its row does not have begins where none can.
      others_found += !is_date & ((length != 0) | (cell.start == UINT32_MAX));
    }
    present[start / 64] = bits;
  }
  *other_count = others_found;
}

static inline parts portable_split(const uint8_t *text) {
  // What differs from `0000-00-00` must be at most nine where a digit is, and nothing where a hyphen is.
  uint32_t x[10], wrong = 0;
  for (int place = 0; place < 10; place++) {
    int is_hyphen = place == 4 || place == 7;
    x[place] = text[place] ^ (is_hyphen ? '-' : '0');
    wrong |= x[place] > (is_hyphen ? 0 : 9);
  }
  uint32_t month = (x[0] * 10 + x[1]) * 10000 + (x[2] * 10 + x[3]) * 100 + x[5] * 10 + x[6];
  parts date = {month, x[8] * 10 + x[9], wrong};
  return date;
}

void norma_read_dates_portable(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  read_dates(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count, portable_split);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define SSE41 __attribute__((target("sse4.1")))

static inline SSE41 parts sse41_split(const uint8_t *text) {
  const __m128i zeros = _mm_setr_epi8('0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 0, 0, 0, 0, 0, 0);
  const __m128i highest = _mm_setr_epi8(9, 9, 9, 9, 0, 9, 9, 0, 9, 9, -1, -1, -1, -1, -1, -1);
  const __m128i pairs = _mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1);
  const __m128i tens = _mm_setr_epi8(10, 1, 10, 1, 10, 1, 10, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i hundreds = _mm_setr_epi16(10000, 100, 1, 256, 0, 0, 0, 0);
  __m128i x = _mm_xor_si128(_mm_loadu_si128((const __m128i *)text), zeros);
  __m128i above = _mm_subs_epu8(x, highest);
  __m128i numbers = _mm_maddubs_epi16(_mm_shuffle_epi8(x, pairs), tens);
  // The century, the year and the month become one number, and the day stands beside it.
  uint64_t joined = (uint64_t)_mm_cvtsi128_si64(_mm_madd_epi16(numbers, hundreds));
  uint32_t rest = (uint32_t)(joined >> 32);
  parts date = {(uint32_t)joined + (rest & 0xFF), rest >> 8, !_mm_testz_si128(above, above)};
  return date;
}

static SSE41 void sse41_read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  read_dates(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count, sse41_split);
}

void norma_read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  if (__builtin_cpu_supports("sse4.1")) {
    sse41_read_dates(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count);
  } else {
    norma_read_dates_portable(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count);
  }
}
#else
void norma_read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  norma_read_dates_portable(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count);
}
#endif
