/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* types.h - the short integer names that all of the source uses. */
#ifndef BASE_TYPES_H
#define BASE_TYPES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef float f32;
typedef double f64;

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline u64 align_up(u64 v, u64 to) { return (v + to - 1) & ~(to - 1); }
static inline u64 min64(u64 x, u64 y) { return x < y ? x : y; }

#endif
