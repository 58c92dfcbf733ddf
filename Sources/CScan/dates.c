#include "CScan.h"

#include <string.h>

// A date is read without a jump that depends on what the cell holds: an empty cell, a date and a text take the same steps,
// and what comes out counts only where nothing is wrong with it. Eight cells are taken apart one by one, and judged at once.

/// What the ten characters `yyyy-mm-dd` of eight cells say.
typedef struct {
  /// The year and the month as one number `yyyymm`, or any number below 2^18.
  uint32_t month[8];
  uint32_t day[8];
  /// 0 where the characters are digits and hyphens as they should be.
  uint32_t wrong[8];
} parts;

static inline __attribute__((always_inline)) void read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *given,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count,
    void (*split)(const uint8_t *, parts *, int)) {
  const norma_months months = *given;
  size_t others_found = 0;
  // Sixteen bytes are read of each cell: where they would reach past the end, those at the beginning are as good.
  const uint32_t limit = byte_count < 16 ? 0 : (uint32_t)(byte_count - 16);
  for (size_t start = 0; start < count; start += 64) {
    size_t end = start + 64 < count ? start + 64 : count;
    uint64_t bits = 0, filled = 0;
    for (size_t group = start; group < end; group += 8) {
      int size = end - group < 8 ? (int)(end - group) : 8;
      parts dates;
      uint32_t odd[8];
      memset(&dates, 0, sizeof dates);
      memset(odd, 0xFF, sizeof odd);
      for (int place = 0; place < size; place++) {
        norma_range cell = cells[group + place];
        uint32_t length = cell.end - cell.start;
        uint32_t fits = cell.start <= limit;
        split(bytes + (fits ? cell.start : 0), &dates, place);
        odd[place] = (length ^ 10) | !fits;
        // A cell that its row does not have begins where none can.
        filled |= (uint64_t)((length != 0) | (cell.start == UINT32_MAX)) << (group - start + place);
      }
      int32_t day[8];
      uint32_t fault[8];
      for (int place = 0; place < 8; place++) {
        uint32_t number = dates.month[place] - months.first;
        norma_month month = months.entries[number < months.count ? number : 0];
        day[place] = month.start + (int32_t)dates.day[place];
        // A month that there is not has no days.
        fault[place] = dates.wrong[place] | odd[place] | (number >= months.count) | (dates.day[place] - 1 >= month.length)
                       | (day[place] < first) | (day[place] > last);
      }
      uint64_t found = 0;
      for (int place = 0; place < 8; place++) {
        day[place] = fault[place] == 0 ? day[place] : INT32_MIN;
        found |= (uint64_t)(fault[place] == 0) << place;
      }
      memcpy(days + group, day, (size_t)size * sizeof day[0]);
      bits |= found << (group - start);
    }
    present[start / 64] = bits;
    for (uint64_t rest = filled & ~bits; rest != 0; rest &= rest - 1) {
      others[others_found++] = (uint32_t)(start + (size_t)__builtin_ctzll(rest));
    }
  }
  *other_count = others_found;
}

static inline void portable_split(const uint8_t *text, parts *dates, int place) {
  // What differs from `0000-00-00` must be at most nine where a digit is, and nothing where a hyphen is.
  uint32_t x[10], wrong = 0;
  for (int index = 0; index < 10; index++) {
    int is_hyphen = index == 4 || index == 7;
    x[index] = text[index] ^ (is_hyphen ? '-' : '0');
    wrong |= x[index] > (is_hyphen ? 0 : 9);
  }
  dates->month[place] = ((x[0] * 10 + x[1]) * 10000 + (x[2] * 10 + x[3]) * 100 + x[5] * 10 + x[6]) & 0x3FFFF;
  dates->day[place] = x[8] * 10 + x[9];
  dates->wrong[place] = wrong;
}

void norma_read_dates_portable(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  read_dates(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count, portable_split);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

static inline AVX2 void avx2_split(const uint8_t *text, parts *dates, int place) {
  const __m128i zeros = _mm_setr_epi8('0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 0, 0, 0, 0, 0, 0);
  const __m128i highest = _mm_setr_epi8(9, 9, 9, 9, 0, 9, 9, 0, 9, 9, -1, -1, -1, -1, -1, -1);
  const __m128i pairs = _mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1);
  const __m128i tens = _mm_setr_epi8(10, 1, 10, 1, 10, 1, 10, 1, 0, 0, 0, 0, 0, 0, 0, 0);
  const __m128i hundreds = _mm_setr_epi16(10000, 100, 1, 256, 0, 0, 0, 0);
  __m128i x = _mm_xor_si128(_mm_loadu_si128((const __m128i *)text), zeros);
  // Where a byte is above what it may be, the greater of the two is not that.
  uint32_t right = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(x, highest), highest));
  __m128i numbers = _mm_maddubs_epi16(_mm_shuffle_epi8(x, pairs), tens);
  // The century, the year and the month become one number, and the day stands beside it.
  uint64_t joined = (uint64_t)_mm_cvtsi128_si64(_mm_madd_epi16(numbers, hundreds));
  uint32_t rest = (uint32_t)(joined >> 32);
  dates->month[place] = (uint32_t)joined + (rest & 0xFF);
  dates->day[place] = rest >> 8;
  dates->wrong[place] = right ^ 0xFFFF;
}

static AVX2 void avx2_read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  read_dates(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count, avx2_split);
}

void norma_read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
    avx2_read_dates(bytes, byte_count, cells, count, months, first, last, days, present, others, other_count);
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
