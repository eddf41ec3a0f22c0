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
u32 os_ncpu_usable(void);  /* that the caller's threads may run on */
u64 os_pid_tgid(void);     /* tgid << 32 | tid, as bpf_get_current_pid_tgid */
u32 os_pid(void);
u64 os_uid_gid(void);      /* gid << 32 | uid */
void os_thread_name(char name[16]); /* of the caller, as the kernel knows it */
/* Zeroed address space that costs memory only where touched; NULL when refused. */
void *os_reserve(size_t size);
/* Address space that faults where it is touched, and the part of it that from now on holds zeroes. */
void *os_reserve_none(size_t size);
bool os_commit(void *p, size_t size);
bool os_uncommit(void *p, size_t size); /* such a part: gone again, what it held too */
/* An image: bytes that may be mapped many times, each mapping private. Below 0: none is to be had. */
int os_image_new(const void *p, size_t size);
bool os_image_map(void *at, size_t size, int image); /* over reserved address space; os_discard brings its bytes back */
void os_image_close(int image);
/* As os_reserve, at a multiple of align, which is one of the page. */
void *os_reserve_aligned(size_t size, size_t align);
void os_discard(void *p, size_t size); /* whole pages of reserved memory: zero again, and given back to the system */
size_t os_page(void);
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
/* Memory for code: written at `write`, run at `run`, never both at one address. */
struct os_code {
    u8 *write;     /* NULL: sealed */
    u8 *run;
    size_t size;   /* whole pages */
};
/* At a random address between lo and hi. twice: two mappings of the same memory, so that it may be written while it runs; else
 * it runs only when it is sealed. False: there is no room, or the system forbids it. */
bool os_code_new(struct os_code *c, size_t size, u64 lo, u64 hi, bool twice);
bool os_code_seal(struct os_code *c); /* never to be written again, */
bool os_code_data(struct os_code *c, size_t from); /* what stands there and behind it, whole pages of what is sealed, no longer runs */
bool os_code_open(struct os_code *c); /* but, if it is no mapping twice, after this, when it no longer runs */
void os_code_touch(struct os_code *c, size_t at, size_t n); /* so much of it will be written: its pages at once, not one fault each */
void os_code_free(struct os_code *c);
/* A file about this process, which all of it adds to, for a tool that looks for its name: open for appending, empty if it was an
 * earlier process's. *first: it is empty, and locked until os_trace_begun(). Below 0: it cannot be had. */
int os_trace_file(const char *path, bool *first);
void os_trace_begun(int fd);
bool os_trace_add(int fd, const void *p, size_t size); /* at once, whoever else adds to it */
/* perf sees that it belongs to the process by an executable mapping. */
void *os_trace_mark(int fd);
void os_trace_close(int fd);
/* Reserved memory that holds finished code: from now on executable, never writable again. */
bool os_seal_code(void *p, size_t size);

#endif
