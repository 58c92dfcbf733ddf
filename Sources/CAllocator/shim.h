#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/// Asks the system for huge pages (madvise(2), MADV_HUGEPAGE) in whole ones of a stretch of memory that is there.
static inline void use_huge_pages(uintptr_t start, uintptr_t end) {
  const uintptr_t page = 2 << 20;
  start = (start + page - 1) / page * page;
  end = end / page * page;
  if (end > start) madvise((void *)start, end - start, MADV_HUGEPAGE);
}

/// Takes the rest of the huge page in which the free part of the calling thread's heap begins. Nobody writes there, so that it
/// costs addresses alone, and what is taken later lies in huge pages.
static inline void skip_to_huge_page(void) {
  const uintptr_t page = 2 << 20;
  const size_t least = 1 << 16;
  // What is kept, as long as the process lives.
  static void *volatile skipped[32];
  static atomic_int count;
  // More than may be free among what is taken.
  void *start = malloc(least);
  size_t rest = (page - (uintptr_t)start % page) % page;
  int place = start != NULL && rest > least ? atomic_fetch_add(&count, 1) : 32;
  if (place < 32) {
    skipped[place] = realloc(start, rest - 128);
  } else {
    free(start);
  }
}

/// Lets the main heap grow by `bytes` at once, and later by `step` bytes at a time, with huge pages in the first stretch. Only
/// addresses are taken: memory is still given as it is written to. Where the system has neither to give, the heap grows as it
/// always does.
static inline void reserve_heap(int bytes, int step) {
  mallopt(M_TOP_PAD, bytes);
  void *first = malloc(1 << 16);
  if (first != NULL) {
    uintptr_t start = (uintptr_t)first, end = (uintptr_t)sbrk(0);
    if (end > start && end - start <= (uintptr_t)bytes + (2 << 20)) use_huge_pages(start, end);
    free(first);
    skip_to_huge_page();
  }
  mallopt(M_TOP_PAD, step);
}

/// What threads share that take a heap each.
struct thread_heaps {
  size_t bytes;
  pthread_mutex_t all_begun;
};

static inline void *reserve_thread_heap(void *argument) {
  struct thread_heaps *heaps = (struct thread_heaps *)argument;
  skip_to_huge_page();
  void *block = malloc(heaps->bytes);
  if (block != NULL) use_huge_pages((uintptr_t)block, (uintptr_t)block + heaps->bytes);
  // Whoever ended before the next one began would hand its heap on to it.
  pthread_mutex_lock(&heaps->all_begun);
  pthread_mutex_unlock(&heaps->all_begun);
  free(block);
  return NULL;
}

/// Does the same with the heaps of `count` threads, 16 at most: the C library gives every thread one of its own, 64 MB of
/// addresses at a time, and hands those of threads that have ended on to new ones. `bytes` is less than that.
static inline void reserve_thread_heaps(int count, int bytes) {
  enum { most = 16 };
  pthread_t threads[most];
  struct thread_heaps heaps = {(size_t)bytes, PTHREAD_MUTEX_INITIALIZER};
  int begun = 0;
  pthread_mutex_lock(&heaps.all_begun);
  while (begun < count && begun < most && pthread_create(&threads[begun], NULL, reserve_thread_heap, &heaps) == 0) begun++;
  pthread_mutex_unlock(&heaps.all_begun);
  while (begun > 0) pthread_join(threads[--begun], NULL);
}
