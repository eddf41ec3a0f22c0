/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bpf.h - what the programs of this folder share with libbpf's headers. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define NOINLINE __attribute__((noinline))
#define KSYM __attribute__((section(".ksyms")))
#define KCONFIG __attribute__((section(".kconfig")))
#define WEAK __attribute__((weak))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __ulong(name, val) enum { name##__unique = val } name
