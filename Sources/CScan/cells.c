#include "CScan.h"

#include <string.h>

// The scan takes 64 bytes at a time and turns them into words with a bit for each byte. How the words are made is all that
// differs between the processors; what is made of them is written once, in `step` below.

/// Where the bytes of one block are equal to those that matter.
typedef struct {
  uint64_t separators, feeds, returns, quotes;
} masks;

/// What one block hands on to the next.
typedef struct {
  /// All bits where the block begins within quotes.
  uint64_t quoted;
  /// Whether the last byte was a return, a delimiter of any kind, a quote, and a quote that closed.
  uint64_t after_return, after_delimiter, after_quote, after_closing;
  uint64_t all_quotes, all_returns, stray, doubled;
  uint32_t *ends;
  uint32_t *record_ends;
  uint32_t *first_end;
} progress;

/// A bit for every byte from an opening quote up to the one before the closing quote.
static inline __attribute__((always_inline)) uint64_t prefix_xor(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  bits ^= bits << 32;
  return bits;
}

/// Takes in the next block; `there` has a bit for each byte that is one of the bytes scanned.
static inline __attribute__((always_inline)) void step(
    progress *state, masks found, uint32_t base, uint64_t there) {
  uint64_t feeds = found.feeds & ~(found.returns << 1 | state->after_return);
  state->after_return = found.returns >> 63;
  uint64_t breaks = feeds | found.returns;
  uint64_t delimiters = breaks | found.separators;
  if (__builtin_expect((found.quotes | state->quoted | state->all_quotes) != 0, 0)) {
    uint64_t anywhere = found.separators | found.feeds | found.returns;
    uint64_t inside = prefix_xor(found.quotes) ^ state->quoted;
    uint64_t opening = found.quotes & inside;
    uint64_t closing = found.quotes & ~inside;
    // An opening quote follows a delimiter, or a quote where two stand for one; a closing one is followed by such.
    uint64_t may_open = anywhere << 1 | state->after_delimiter | found.quotes << 1 | state->after_quote;
    uint64_t must_end = closing << 1 | state->after_closing;
    state->stray |= (opening & ~may_open) | (must_end & ~(anywhere | found.quotes) & there);
    state->doubled |= must_end & found.quotes;
    state->after_quote = found.quotes >> 63;
    state->after_closing = closing >> 63;
    state->quoted = (uint64_t)((int64_t)inside >> 63);
    breaks &= ~inside;
    delimiters &= ~inside;
  } else {
    state->after_quote = 0;
    state->after_closing = 0;
  }
  state->after_delimiter = (found.separators | found.feeds | found.returns) >> 63;
  state->all_quotes |= found.quotes;
  state->all_returns |= found.returns;

  uint32_t *ends = state->ends;
  uint32_t before = (uint32_t)(ends - state->first_end);
  int count = __builtin_popcountll(delimiters);
  uint64_t rest = delimiters;
  // Eight at a time, whether they are there or not: what is written past the last is written over.
  for (int written = 0; written < count; written += 8) {
    for (int place = 0; place < 8; place++) {
      ends[written + place] = base + (uint32_t)__builtin_ctzg(rest, 64);
      rest &= rest - 1;
    }
  }
  state->ends = ends + count;
  while (breaks != 0) {
    uint64_t lowest = breaks & -breaks;
    *state->record_ends++ = before + (uint32_t)__builtin_popcountll(delimiters & (lowest | (lowest - 1)));
    breaks ^= lowest;
  }
}

static inline __attribute__((always_inline)) norma_scan scan(
    const uint8_t *bytes, size_t count, uint8_t separator, uint32_t *ends, size_t room, uint32_t *record_ends,
    size_t record_room, masks (*look)(const uint8_t *, uint8_t)) {
  const norma_scan lacks_room = {.lacks_room = true};
  if (room < NORMA_SCAN_MARGIN || record_room < NORMA_SCAN_MARGIN) return lacks_room;
  const uint32_t *last = ends + room - NORMA_SCAN_MARGIN, *last_record = record_ends + record_room - NORMA_SCAN_MARGIN;
  progress state = {.after_delimiter = 1, .ends = ends, .record_ends = record_ends, .first_end = ends};
  size_t offset = 0;
  for (; offset + 64 <= count; offset += 64) {
    if (__builtin_expect(state.ends > last || state.record_ends > last_record, 0)) return lacks_room;
    step(&state, look(bytes + offset, separator), (uint32_t)offset, ~(uint64_t)0);
  }
  if (offset < count) {
    if (state.ends > last || state.record_ends > last_record) return lacks_room;
    // Zeros match nothing that matters.
    uint8_t rest[64] = {0};
    memcpy(rest, bytes + offset, count - offset);
    step(&state, look(rest, separator), (uint32_t)offset, ~(uint64_t)0 >> (64 - (count - offset)));
  }
  norma_scan result = {
      .cell_count = (size_t)(state.ends - ends),
      .record_count = (size_t)(state.record_ends - record_ends),
      .has_quotes = state.all_quotes != 0,
      .has_doubled_quotes = state.doubled != 0,
      .has_stray_quotes = state.stray != 0,
      .ends_quoted = state.quoted != 0,
      .has_returns = state.all_returns != 0,
  };
  return result;
}

/// A bit for each of 64 bytes that is `value`: eight bytes at a time, of which those that are equal become zero.
static inline uint64_t portable_equal(const uint8_t *bytes, uint8_t value) {
  const uint64_t ones = 0x0101010101010101, sevens = 0x7F7F7F7F7F7F7F7F;
  uint64_t bits = 0;
  for (int place = 0; place < 64; place += 8) {
    uint64_t word;
    memcpy(&word, bytes + place, 8);
    word ^= ones * value;
    // The high bit of a byte, and no other, is left where the byte was zero.
    uint64_t zero = ~(((word & sevens) + sevens) | word | sevens);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    zero = __builtin_bswap64(zero);
#endif
    bits |= ((zero >> 7) * 0x0102040810204080 >> 56) << place;
  }
  return bits;
}

static inline masks portable_look(const uint8_t *bytes, uint8_t separator) {
  masks found = {
      portable_equal(bytes, separator), portable_equal(bytes, '\n'), portable_equal(bytes, '\r'),
      portable_equal(bytes, '"')};
  return found;
}

norma_scan norma_find_cells_portable(
    const uint8_t *bytes, size_t count, uint8_t separator, uint32_t *ends, size_t room, uint32_t *record_ends,
    size_t record_room) {
  return scan(bytes, count, separator, ends, room, record_ends, record_room, portable_look);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))

static inline AVX2 uint64_t avx2_equal(__m256i low, __m256i high, uint8_t value) {
  __m256i wanted = _mm256_set1_epi8((char)value);
  uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
  uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
  return (uint64_t)second << 32 | first;
}

static inline AVX2 masks avx2_look(const uint8_t *bytes, uint8_t separator) {
  __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
  __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
  masks found = {
      avx2_equal(low, high, separator), avx2_equal(low, high, '\n'), avx2_equal(low, high, '\r'),
      avx2_equal(low, high, '"')};
  return found;
}

static AVX2 norma_scan avx2_find_cells(
    const uint8_t *bytes, size_t count, uint8_t separator, uint32_t *ends, size_t room, uint32_t *record_ends,
    size_t record_room) {
  return scan(bytes, count, separator, ends, room, record_ends, record_room, avx2_look);
}

norma_scan norma_find_cells(
    const uint8_t *bytes, size_t count, uint8_t separator, uint32_t *ends, size_t room, uint32_t *record_ends,
    size_t record_room) {
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
    return avx2_find_cells(bytes, count, separator, ends, room, record_ends, record_room);
  }
  return norma_find_cells_portable(bytes, count, separator, ends, room, record_ends, record_room);
}
#else
norma_scan norma_find_cells(
    const uint8_t *bytes, size_t count, uint8_t separator, uint32_t *ends, size_t room, uint32_t *record_ends,
    size_t record_room) {
  return norma_find_cells_portable(bytes, count, separator, ends, room, record_ends, record_room);
}
#endif

size_t norma_fill_cells(
    const uint8_t *bytes, size_t count, const uint32_t *ends, const uint32_t *record_ends, size_t record_count,
    size_t column_count, norma_range *const *targets, uint32_t *next) {
  uint32_t start = 0;
  size_t record = 0;
  for (; record < record_count; record++) {
    const uint32_t *cells = ends + record * column_count;
    // All records before have the same number of cells, so that this one's begin where they should.
    if (record_ends[record] != (record + 1) * column_count) break;
    if (start == cells[0]) break;
    uint8_t head = bytes[start];
    if (head <= 0x20 || (head >= 0xC2 && head <= 0xE3)) break;
    for (size_t column = 0; column < column_count; column++) {
      uint32_t end = cells[column];
      if (targets[column]) targets[column][record] = (norma_range){start, end};
      start = end + 1;
    }
    if (start < count && bytes[start - 1] == '\r' && bytes[start] == '\n') start++;
  }
  *next = start;
  return record;
}
