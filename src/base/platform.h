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
void os_thread_name(char name[16]); /* of the caller, as the kernel knows it */
/* Zeroed address space that costs memory only where touched; NULL when refused. */
void *os_reserve(size_t size);
void os_prefer_large_pages(void *p, size_t size); /* for areas that are read at random */
/* As os_reserve, but what stands in the first size bytes stands again in the size bytes behind
 * them: for rings. size is a multiple of the page; os_release(p, 2 * size). */
void *os_reserve_twice(size_t size);
/* A descriptor for poll() and epoll: readable from os_event_set to os_event_clear. Below 0: none is left. */
int os_event_new(void);
void os_event_set(int fd);
void os_event_clear(int fd);
void os_event_close(int fd);
void os_release(void *p, size_t size);
/* Reserved memory that holds finished code: from now on executable, never writable again. */
bool os_seal_code(void *p, size_t size);

#endif
