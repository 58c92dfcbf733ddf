#include "CScan.h"

#include <string.h>

static inline int holds(int32_t left, norma_order order, int32_t right) {
  switch (order) {
    case NORMA_EQUAL: return left == right;
    case NORMA_LESS: return left < right;
    default: return left > right;
  }
}

void norma_compare_portable(
    const int32_t *left, norma_order order, const int32_t *right, size_t step, size_t count, uint64_t *words) {
  memset(words, 0, (count + 63) / 64 * sizeof words[0]);
  for (size_t place = 0; place < count; place++) {
    words[place / 64] |= (uint64_t)holds(left[place], order, right[place * step]) << (place % 64);
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

static inline AVX2 uint64_t avx2_eight(__m256i left, norma_order order, __m256i right) {
  __m256i found = order == NORMA_EQUAL  ? _mm256_cmpeq_epi32(left, right)
                  : order == NORMA_LESS ? _mm256_cmpgt_epi32(right, left)
                                        : _mm256_cmpgt_epi32(left, right);
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(found));
}

static inline AVX2 __m256i load(const int32_t *numbers) { return _mm256_loadu_si256((const __m256i *)numbers); }

// One loop for each order, and for a number that is the same for all: a choice within would take longer than to compare.
static inline AVX2 __attribute__((always_inline)) void avx2_words(
    const int32_t *left, norma_order order, const int32_t *right, size_t step, size_t count, uint64_t *words) {
  const __m256i same = _mm256_set1_epi32(count > 0 ? right[0] : 0);
  for (size_t start = 0; start < count; start += 64) {
    uint64_t bits = 0;
    if (count - start >= 64) {
      for (size_t group = 0; group < 64; group += 8) {
        __m256i other = step == 0 ? same : load(right + start + group);
        bits |= avx2_eight(load(left + start + group), order, other) << group;
      }
    } else {
      for (size_t place = start; place < count; place++) {
        bits |= (uint64_t)holds(left[place], order, right[place * step]) << (place - start);
      }
    }
    words[start / 64] = bits;
  }
}

static AVX2 void avx2_compare(
    const int32_t *left, norma_order order, const int32_t *right, size_t step, size_t count, uint64_t *words) {
  switch (order) {
    case NORMA_EQUAL:
      if (step == 0) return avx2_words(left, NORMA_EQUAL, right, 0, count, words);
      return avx2_words(left, NORMA_EQUAL, right, 1, count, words);
    case NORMA_LESS:
      if (step == 0) return avx2_words(left, NORMA_LESS, right, 0, count, words);
      return avx2_words(left, NORMA_LESS, right, 1, count, words);
    default:
      if (step == 0) return avx2_words(left, NORMA_GREATER, right, 0, count, words);
      return avx2_words(left, NORMA_GREATER, right, 1, count, words);
  }
}

void norma_compare(
    const int32_t *left, norma_order order, const int32_t *right, size_t step, size_t count, uint64_t *words) {
  if (__builtin_cpu_supports("avx2")) {
    avx2_compare(left, order, right, step, count, words);
  } else {
    norma_compare_portable(left, order, right, step, count, words);
  }
}
#else
void norma_compare(
    const int32_t *left, norma_order order, const int32_t *right, size_t step, size_t count, uint64_t *words) {
  norma_compare_portable(left, order, right, step, count, words);
}
#endif
