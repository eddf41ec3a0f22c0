/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#define _GNU_SOURCE
#include "base/platform.h"
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static u64 clock_ns(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (u64)t.tv_sec * 1000000000u + (u64)t.tv_nsec;
}

u64 os_time_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
u64 os_boot_ns(void) { return clock_ns(CLOCK_BOOTTIME); }
u64 os_wall_ns(void) { return clock_ns(CLOCK_REALTIME); }

u64 os_random(void) {
    u64 v;
    if (getrandom(&v, sizeof v, GRND_NONBLOCK) == sizeof v) return v;
    v = os_time_ns(); /* before the pool is ready: a seed that differs is all we need */
    return v * 0x9e3779b97f4a7c15u ^ (u64)(uintptr_t)&v;
}

u32 os_cpu(void) {
    int c = sched_getcpu();
    return c < 0 ? 0 : (u32)c;
}

u32 os_ncpu(void) {
    long n = sysconf(_SC_NPROCESSORS_CONF);
    return n < 1 ? 1 : (u32)n;
}

u32 os_ncpu_usable(void) {
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set); /* it fails where there are more than 1024 */
    return n < 1 ? 1 : (u32)n;
}

u64 os_pid_tgid(void) { return (u64)getpid() << 32 | (u32)syscall(SYS_gettid); }
u32 os_pid(void) { return (u32)getpid(); }
u64 os_uid_gid(void) { return (u64)getgid() << 32 | getuid(); }

void os_thread_name(char name[16]) { prctl(PR_GET_NAME, name); }

void *os_reserve(size_t size) {
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void *os_reserve_none(size_t size) {
    void *p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

bool os_commit(void *p, size_t size) { return !size || !mprotect(p, size, PROT_READ | PROT_WRITE); }

bool os_uncommit(void *p, size_t size) {
    return !size || mmap(p, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == p;
}

static bool all_zero(const u8 *p, size_t n) {
    return !n || (!p[0] && !memcmp(p, p + 1, n - 1));
}

/* Pages of zeroes are holes. */
int os_image_new(const void *p, size_t size) {
    int fd = (int)syscall(SYS_memfd_create, "image", 1u /* MFD_CLOEXEC */);
    size_t page = os_page(), n;
    if (fd < 0) return -1;
    if (ftruncate(fd, (off_t)size)) goto bad;
    for (size_t at = 0; at < size; at += n) {
        const u8 *from = (const u8 *)p + at;
        n = min64(size - at, page);
        if (!all_zero(from, n) && pwrite(fd, from, n, (off_t)at) != (ssize_t)n) goto bad;
    }
    return fd;
bad:
    close(fd);
    return -1;
}

bool os_image_map(void *at, size_t size, int image) {
    return mmap(at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, image, 0) == at;
}

void os_image_close(int image) { close(image); }

void *os_reserve_aligned(size_t size, size_t align) {
    u8 *all = size + align > size ? os_reserve(size + align) : NULL, *p;
    if (!all) return NULL;
    p = (u8 *)align_up((u64)(uintptr_t)all, align);
    if (p > all) os_release(all, (size_t)(p - all));
    os_release(p + size, (size_t)(all + align - p));
    return p;
}

void os_discard(void *p, size_t size) { madvise(p, size, MADV_DONTNEED); }

size_t os_page(void) { return (size_t)sysconf(_SC_PAGESIZE); }

void os_prefer_large_pages(void *p, size_t size) {
    madvise(p, size, MADV_HUGEPAGE); /* only a wish: refusal changes nothing */
}

void *os_reserve_twice(size_t size) {
    int fd = (int)syscall(SYS_memfd_create, "ring", 1u /* MFD_CLOEXEC */);
    u8 *p = NULL;
    if (fd < 0) return NULL;
    if (!ftruncate(fd, (off_t)size) && (p = os_reserve(size * 2)))
        for (int i = 0; i < 2; i++)
            if (mmap(p + size * (size_t)i, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
                os_release(p, size * 2);
                p = NULL;
                break;
            }
    close(fd);
    return p;
}

void os_release(void *p, size_t size) {
    if (p) munmap(p, size);
}

int os_event_new(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
void os_event_set(int fd) {
    (void)!eventfd_write(fd, 1); /* refused only when it is set some 2^64 times already */
}
void os_event_clear(int fd) {
    eventfd_t n;
    (void)!eventfd_read(fd, &n);
}
void os_event_close(int fd) {
    if (fd >= 0) close(fd);
}

bool os_seal_code(void *p, size_t size) {
    __builtin___clear_cache((char *)p, (char *)p + size);
    return !mprotect(p, size, PROT_READ | PROT_EXEC);
}

/* Tries a few places at random: a window of a GiB is nearly empty. An old kernel takes the address as a hint only. */
static u8 *map_between(size_t size, u64 lo, u64 hi, int prot, int flags) {
#ifndef MAP_FIXED_NOREPLACE
    enum { MAP_FIXED_NOREPLACE = 0x100000 };
#endif
    size_t page = os_page();
    u64 places = hi > lo + size ? (hi - lo - size) / page : 0;
    for (int tries = 0; places && tries < 32; tries++) {
        void *want = (void *)(uintptr_t)(lo + os_random() % places * page), *p;
        p = mmap(want, size, prot, flags | MAP_FIXED_NOREPLACE, -1, 0);
        if (p == want) return p;
        if (p != MAP_FAILED) munmap(p, size);
    }
    return NULL;
}

enum { FEW_PAGES = 64 << 10 };

/* Shared memory is mapped a second time by growing a copy of nothing (mremap(2)). perf looks up names of what has no file, which this
 * has not. */
bool os_code_new(struct os_code *c, size_t size, u64 lo, u64 hi, bool twice) {
    void *p;
    *c = (struct os_code){NULL, NULL, align_up(size, os_page())};
    lo = align_up(lo, os_page());
    if (!twice) {
        c->write = c->run = map_between(c->size, lo, hi, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
        return c->run;
    }
    c->run = map_between(c->size, lo, hi, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS);
    if (!c->run) return false;
    p = mremap(c->run, 0, c->size, MREMAP_MAYMOVE);
    if (p != MAP_FAILED && mprotect(p, c->size, PROT_READ | PROT_WRITE)) {
        os_release(p, c->size);
        p = MAP_FAILED;
    }
    c->write = p == MAP_FAILED ? NULL : p;
    if (!c->write) os_code_free(c);
    return c->write;
}

bool os_code_seal(struct os_code *c) {
    bool ok = true;
    if (c->write == c->run)
        ok = os_seal_code(c->run, c->size);
    else if (c->write)
        os_release(c->write, c->size);
    c->write = NULL;
    return ok;
}

bool os_code_data(struct os_code *c, size_t from) {
    return from >= c->size || !mprotect(c->run + from, c->size - from, PROT_READ);
}

bool os_code_open(struct os_code *c) {
    if (mprotect(c->run, c->size, PROT_READ | PROT_WRITE)) return false;
    c->write = c->run;
    return true;
}

void os_code_touch(struct os_code *c, size_t at, size_t n) {
#ifndef MADV_POPULATE_WRITE
    enum { MADV_POPULATE_WRITE = 23 };
#endif
    size_t page = os_page(), first = at / page * page;
    if (n > FEW_PAGES) madvise(c->write + first, align_up(at + n - first, page), MADV_POPULATE_WRITE); /* a wish */
}

void os_code_free(struct os_code *c) {
    if (c->write != c->run) os_release(c->write, c->size);
    os_release(c->run, c->size);
    c->write = c->run = NULL;
}

/* When this process began: field 22 of its row, behind a name that may hold anything. */
static u64 process_start_ns(void) {
    char row[1024], *p;
    unsigned long long ticks = 0;
    FILE *f = fopen("/proc/self/stat", "re");
    size_t n = f ? fread(row, 1, sizeof row - 1, f) : 0;
    if (f) fclose(f);
    row[n] = 0;
    p = strrchr(row, ')');
    if (!p || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &ticks) != 1)
        return 0;
    return os_wall_ns() - os_boot_ns() + ticks * (1000000000u / (u64)sysconf(_SC_CLK_TCK));
}

int os_trace_file(const char *path, bool *first) {
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat st;
    *first = false;
    if (fd < 0) return -1;
    if (flock(fd, LOCK_EX) || fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid()) goto bad;
    if (st.st_size && (u64)st.st_mtim.tv_sec * 1000000000u + (u64)st.st_mtim.tv_nsec < process_start_ns()) {
        if (ftruncate(fd, 0)) goto bad;
        st.st_size = 0;
    }
    *first = st.st_size == 0;
    if (!*first) flock(fd, LOCK_UN);
    return fd;
bad:
    close(fd);
    return -1;
}

void os_trace_begun(int fd) { flock(fd, LOCK_UN); }

bool os_trace_add(int fd, const void *p, size_t size) { return write(fd, p, size) == (ssize_t)size; }

void *os_trace_mark(int fd) {
    void *p = mmap(NULL, os_page(), PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
    return p == MAP_FAILED ? NULL : p;
}

void os_trace_close(int fd) { close(fd); }
