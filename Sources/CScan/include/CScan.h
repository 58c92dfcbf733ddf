// Finds the ends of cells and records in separated values, reads dates, checks UTF-8, and compares numbers, many at a time.
//
// Each function exists twice: with AVX2, chosen where the processor has it, and in portable C. Both give identical results.

#ifndef NORMA_CSCAN_H
#define NORMA_CSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a scan has found.
typedef struct {
  /// How many cells end within the bytes.
  size_t cell_count;
  /// How many records end within the bytes.
  size_t record_count;
  /// Whether a byte is a quote.
  bool has_quotes;
  /// Whether two quotes stand for one anywhere.
  bool has_doubled_quotes;
  /// Whether a quote stands where RFC 4180 has none; the scan then means nothing.
  bool has_stray_quotes;
  /// Whether the bytes end within quotes.
  bool ends_quoted;
  /// Whether a byte is a carriage return.
  bool has_returns;
  /// Whether there was too little room; the scan then means nothing.
  bool lacks_room;
} norma_scan;

/// Finds the separators and line breaks outside quotes in `count` bytes that begin with a record; O(count).
///
/// A line ends with LF, CR or CRLF. `ends` receives the offset of the byte behind each cell, for CRLF that of the CR;
/// `record_ends` receives for each record how many cells have ended with it. Each has room for so many entries, and the scan
/// stops where fewer than NORMA_SCAN_MARGIN of them may be left: that many more than there are bytes are always enough. A
/// separator is a byte below 0x80 other than a quote, LF and CR; `count` is below 2^32.
norma_scan norma_find_cells(
    const uint8_t *bytes, size_t count, uint8_t separator, uint32_t *ends, size_t room, uint32_t *record_ends,
    size_t record_room);

/// The same in portable C.
norma_scan norma_find_cells_portable(
    const uint8_t *bytes, size_t count, uint8_t separator, uint32_t *ends, size_t room, uint32_t *record_ends,
    size_t record_room);

/// How many entries a scan may write at a time: those of 64 bytes, and some behind them that mean nothing.
#define NORMA_SCAN_MARGIN 72

/// Where a cell stands; one that its row does not have begins and ends at the greatest number.
typedef struct {
  uint32_t start, end;
} norma_range;

/// Notes where the cells of records stand that have as many as there are columns, and no quotes; O(cells).
///
/// `ends` and `record_ends` are what a scan has found of the `count` bytes. The cells of column n of record r go to
/// `targets[n][r]`, unless that is null. Stops at the first record with another number of cells, or with a first cell that
/// is empty or may begin with a blank, and returns its number; `next` receives the offset at which it begins.
size_t norma_fill_cells(
    const uint8_t *bytes, size_t count, const uint32_t *ends, const uint32_t *record_ends, size_t record_count,
    size_t column_count, norma_range *const *targets, uint32_t *next);

/// Returns the offset of the first byte of a sequence that is no UTF-8 (the Unicode Standard, table 3-7), or `count` where
/// there is none; a character that the end cuts off is such a sequence. O(count).
size_t norma_find_invalid_utf8(const uint8_t *bytes, size_t count);

/// The same in portable C.
size_t norma_find_invalid_utf8_portable(const uint8_t *bytes, size_t count);

/// A month: the number of the day before its first, and how many days it has, none for a month that there is not.
typedef struct {
  int32_t start;
  uint32_t length;
} norma_month;

/// The months from the one that is written `first` on, each at the place that its number `yyyymm` says: there is room for a
/// hundred months in a year.
typedef struct {
  const norma_month *entries;
  uint32_t first, count;
} norma_months;

/// Reads cells that hold dates as programs write them, `2026-11-23`. O(count).
///
/// `bytes` must hold 16 bytes at least. `days` receives the day number of each cell, or the least number; `present` a bit for
/// each cell with a day, 64 to a word. Into `others` go the places of the cells that are neither empty nor such a date from
/// `first` to `last` in one of the years of `months`; it needs room for `count` + 1 entries.
void norma_read_dates(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count);

/// The same in portable C.
void norma_read_dates_portable(
    const uint8_t *bytes, size_t byte_count, const norma_range *cells, size_t count, const norma_months *months,
    int32_t first, int32_t last, int32_t *days, uint64_t *present, uint32_t *others, size_t *other_count);

/// How a number stands to another.
typedef enum { NORMA_EQUAL, NORMA_LESS, NORMA_GREATER } norma_order;

/// Compares each of `count` numbers with another, and sets a bit for each that stands in the order, 64 to a word; O(count).
///
/// The other number is the one at the same place of `right` where `step` is 1, and its first for all where `step` is 0. Bits
/// past the last number are 0.
void norma_compare(
    const int32_t *left, norma_order order, const int32_t *right, size_t step, size_t count, uint64_t *words);

/// The same in portable C.
void norma_compare_portable(
    const int32_t *left, norma_order order, const int32_t *right, size_t step, size_t count, uint64_t *words);

/// Turns GB 18030 into UTF-8, as far as it is characters of one or two bytes; O(count).
///
/// `characters` holds for each pair of bytes, the first counted from 0x81, the character that they spell, or 0: 126 × 256
/// entries. Returns how many bytes of `text` were written, and in `taken` how many were read: all, or those before a character
/// that is not in the table, that the end cuts off, or for which there is no room.
size_t norma_decode_gb18030(
    const uint8_t *bytes, size_t count, const uint16_t *characters, uint8_t *text, size_t room, size_t *taken);

#endif
