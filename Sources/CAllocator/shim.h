#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/// Lets the main heap grow by `bytes` at once, and later by `step` bytes at a time, and asks the system for huge pages in the
/// first stretch (madvise(2), MADV_HUGEPAGE). Only addresses are taken: memory is still given as it is written to. Where the
/// system has neither to give, the heap grows as it always does.
static inline void reserve_heap(int bytes, int step) {
  const uintptr_t page = 2 << 20;
  mallopt(M_TOP_PAD, bytes);
  void *first = malloc(1 << 16);
  if (first != NULL) {
    uintptr_t start = ((uintptr_t)first + page - 1) / page * page;
    uintptr_t end = (uintptr_t)sbrk(0) / page * page;
    if (end > start && end - start <= (uintptr_t)bytes + page) madvise((void *)start, end - start, MADV_HUGEPAGE);
    free(first);
  }
  mallopt(M_TOP_PAD, step);
}
