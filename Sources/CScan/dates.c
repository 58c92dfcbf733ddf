#include "CScan.h"

#include <string.h>

// A date is read without a jump that depends on what the cell holds: an empty cell, a date and a text take the same steps,
// and what comes out counts only where nothing is wrong with it.

/// Reads one cell of sixteen bytes at least; 0 where it is no date within the limits.
static inline int portable_date(
    const uint8_t *text, const norma_months *months, int32_t first, int32_t last, int32_t *day) {
  // What differs from `0000-00-00` must be at most nine where a digit is, and nothing where a hyphen is.
  uint32_t x[10], wrong = 0;
  for (int index = 0; index < 10; index++) {
    int is_hyphen = index == 4 || index == 7;
    x[index] = text[index] ^ (is_hyphen ? '-' : '0');
    wrong |= x[index] > (is_hyphen ? 0 : 9);
  }
  uint32_t number = (x[0] * 10 + x[1]) * 10000 + (x[2] * 10 + x[3]) * 100 + x[5] * 10 + x[6] - months->first;
  uint32_t monthday = x[8] * 10 + x[9];
  // A month that there is not has no days.
  norma_month month = months->entries[number < months->count ? number : 0];
  *day = month.start + (int32_t)monthday;
  return !(wrong | (number >= months->count) | (monthday - 1 >= month.length) | (*day < first) | (*day > last));
}

void norma_read_dates_portable(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  size_t others_found = 0;
  // Sixteen bytes are read of each cell: where they would reach past the end, those at the beginning are as good.
  const uint32_t limit = byte_count < 16 ? 0 : (uint32_t)(byte_count - 16);
  memset(present, 0, (count + 63) / 64 * sizeof present[0]);
  for (size_t place = 0; place < count; place++) {
    norma_range cell = cells[place];
    int fits = cell.start <= limit;
    int32_t day;
    int is_date = portable_date(bytes + (fits ? cell.start : 0), months, first, last, &day);
    is_date &= fits & (cell.end - cell.start == 10);
    days[place] = is_date ? day : INT32_MIN;
    present[place / 64] |= (uint64_t)is_date << (place % 64);
    // A cell that its row does not have begins where none can.
    int is_filled = (cell.end != cell.start) | (cell.start == UINT32_MAX);
    others[others_found] = (uint32_t)place;
    others_found += (size_t)(is_filled & !is_date);
  }
  *other_count = others_found;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

/// What is the same for all cells.
typedef struct {
  const uint8_t *bytes;
  const norma_month *months;
  /// The last place from which sixteen bytes can be read.
  __m256i limit;
  __m256i first_month;
  __m256i last_month;
  __m256i first_day;
  __m256i last_day;
} setting;

/// Whether numbers without a sign are at most others.
static inline AVX2 __m256i at_most(__m256i left, __m256i right) {
  return _mm256_cmpeq_epi32(_mm256_min_epu32(left, right), left);
}

/// Reads two cells, one in each half: the century with the year, the month with the day, and what is wrong in two parts.
static inline AVX2 __m256i avx2_two(const uint8_t *one, const uint8_t *other) {
  const __m256i zeros = _mm256_broadcastsi128_si256(
      _mm_setr_epi8('0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 0, 0, 0, 0, 0, 0));
  const __m256i highest = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(9, 9, 9, 9, 0, 9, 9, 0, 9, 9, -1, -1, -1, -1, -1, -1));
  const __m256i pairs = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1));
  const __m256i tens = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(10, 1, 10, 1, 10, 1, 10, 1, 0, 0, 0, 0, 0, 0, 0, 0));
  const __m256i hundreds = _mm256_broadcastsi128_si256(_mm_setr_epi16(10000, 100, 1, 256, 0, 0, 0, 0));
  __m256i text = _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)one)), _mm_loadu_si128((const __m128i *)other), 1);
  __m256i x = _mm256_xor_si256(text, zeros);
  __m256i above = _mm256_subs_epu8(x, highest);
  __m256i wrong = _mm256_or_si256(above, _mm256_srli_si256(above, 8));
  __m256i numbers = _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_shuffle_epi8(x, pairs), tens), hundreds);
  return _mm256_unpacklo_epi64(numbers, wrong);
}

/// Reads eight cells, and returns which are dates; `filled` tells which are not empty.
static inline AVX2 uint32_t avx2_eight(
    const setting *given, const norma_range *cells, int32_t *days, uint32_t *filled) {
  __m256 low = _mm256_loadu_ps((const float *)cells), high = _mm256_loadu_ps((const float *)(cells + 4));
  // The beginnings, and the ends, of all eight in their order.
  __m256i starts = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(low, high, 0x88)), 0xD8);
  __m256i ends = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(low, high, 0xDD)), 0xD8);
  __m256i lengths = _mm256_sub_epi32(ends, starts);
  __m256i fits = at_most(starts, given->limit);
  uint32_t at[8];
  _mm256_storeu_si256((__m256i *)at, _mm256_and_si256(starts, fits));
  __m256i rows[4];
  for (int place = 0; place < 4; place++) {
    rows[place] = avx2_two(given->bytes + at[place], given->bytes + at[place + 4]);
  }
  // What stands in columns now are the parts of all eight.
  __m256i a = _mm256_unpacklo_epi32(rows[0], rows[1]), b = _mm256_unpacklo_epi32(rows[2], rows[3]);
  __m256i c = _mm256_unpackhi_epi32(rows[0], rows[1]), d = _mm256_unpackhi_epi32(rows[2], rows[3]);
  __m256i years = _mm256_unpacklo_epi64(a, b), rests = _mm256_unpackhi_epi64(a, b);
  __m256i wrong = _mm256_or_si256(_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));

  __m256i months = _mm256_add_epi32(years, _mm256_and_si256(rests, _mm256_set1_epi32(0xFF)));
  __m256i numbers = _mm256_sub_epi32(months, given->first_month);
  __m256i known = at_most(numbers, given->last_month);
  __m256i places = _mm256_and_si256(numbers, known);
  // The beginning and the length of a month stand beside each other, and are fetched as one.
  const long long *entries = (const long long *)given->months;
  __m256 lower = _mm256_castsi256_ps(
      _mm256_i32gather_epi64(entries, _mm256_castsi256_si128(places), sizeof(norma_month)));
  __m256 upper = _mm256_castsi256_ps(
      _mm256_i32gather_epi64(entries, _mm256_extracti128_si256(places, 1), sizeof(norma_month)));
  __m256i begins = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(lower, upper, 0x88)), 0xD8);
  __m256i counts = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(lower, upper, 0xDD)), 0xD8);
  __m256i monthdays = _mm256_srli_epi32(rests, 8);
  __m256i found = _mm256_add_epi32(begins, monthdays);

  const __m256i zero = _mm256_setzero_si256();
  __m256i right = _mm256_and_si256(_mm256_and_si256(fits, known), _mm256_cmpeq_epi32(wrong, zero));
  right = _mm256_and_si256(right, _mm256_cmpeq_epi32(lengths, _mm256_set1_epi32(10)));
  // A month that there is not has no days.
  right = _mm256_and_si256(right, _mm256_and_si256(at_most(monthdays, counts), _mm256_cmpgt_epi32(monthdays, zero)));
  right = _mm256_andnot_si256(_mm256_cmpgt_epi32(given->first_day, found), right);
  right = _mm256_andnot_si256(_mm256_cmpgt_epi32(found, given->last_day), right);
  _mm256_storeu_si256((__m256i *)days, _mm256_blendv_epi8(_mm256_set1_epi32(INT32_MIN), found, right));
  // A cell that its row does not have begins where none can.
  __m256i empty = _mm256_andnot_si256(
      _mm256_cmpeq_epi32(starts, _mm256_set1_epi32(-1)), _mm256_cmpeq_epi32(lengths, zero));
  *filled = ~(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(empty)) & 0xFF;
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(right));
}

static AVX2 void avx2_read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count) {
  const setting given = {
      bytes, months->entries, _mm256_set1_epi32(byte_count < 16 ? 0 : (int32_t)(byte_count - 16)),
      _mm256_set1_epi32((int32_t)months->first), _mm256_set1_epi32((int32_t)months->count - 1),
      _mm256_set1_epi32(first), _mm256_set1_epi32(last)};
  size_t others_found = 0;
  for (size_t start = 0; start < count; start += 64) {
    uint64_t bits = 0, filled = 0;
    for (size_t group = start; group < count && group < start + 64; group += 8) {
      uint32_t has_text;
      uint64_t dates;
      if (count - group >= 8) {
        dates = avx2_eight(&given, cells + group, days + group, &has_text);
      } else {
        // The last cells stand before empty ones.
        norma_range rest[8];
        int32_t found[8];
        memset(rest, 0, sizeof rest);
        memcpy(rest, cells + group, (count - group) * sizeof rest[0]);
        dates = avx2_eight(&given, rest, found, &has_text);
        memcpy(days + group, found, (count - group) * sizeof found[0]);
      }
      bits |= dates << (group - start);
      filled |= (uint64_t)has_text << (group - start);
    }
    present[start / 64] = bits;
    for (uint64_t rest = filled & ~bits; rest != 0; rest &= rest - 1) {
      others[others_found++] = (uint32_t)(start + (size_t)__builtin_ctzll(rest));
    }
  }
  *other_count = others_found;
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
