/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* platform.h - what the operating system gives, in one place. */
#ifndef BASE_PLATFORM_H
#define BASE_PLATFORM_H
#include "base/types.h"

u64 os_time_ns(void);      /* monotonic */
u64 os_boot_ns(void);      /* monotonic, counting suspend */
u64 os_wall_ns(void);      /* since 1970-01-01 UTC */
u64 os_random(void);       /* 64 bits from the kernel */
u32 os_cpu(void);          /* the processor that runs the caller */
u32 os_ncpu(void);         /* processors configured */
u64 os_pid_tgid(void);     /* tgid << 32 | tid, as bpf_get_current_pid_tgid */
u64 os_uid_gid(void);      /* gid << 32 | uid */
/* Zeroed address space that costs memory only where touched; NULL when refused. */
void *os_reserve(size_t size);
void os_release(void *p, size_t size);

#endif
