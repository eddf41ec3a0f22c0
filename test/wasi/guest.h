/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* guest.h - WASI's functions as imports of a program without a C library, and a few words to tell what it found. */
#ifndef GUEST_H
#define GUEST_H
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned u32;
typedef unsigned long long u64;

#define NEW(name, ...) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) u32 name(__VA_ARGS__);
#define OLD(name, ...) __attribute__((import_module("wasi_unstable"), import_name(#name))) u32 old_##name(__VA_ARGS__);
NEW(args_get, void *, void *)
NEW(args_sizes_get, u32 *, u32 *)
NEW(environ_get, void *, void *)
NEW(environ_sizes_get, u32 *, u32 *)
NEW(clock_res_get, u32, u64 *)
NEW(clock_time_get, u32, u64, u64 *)
NEW(fd_advise, u32, u64, u64, u32)
NEW(fd_allocate, u32, u64, u64)
NEW(fd_close, u32)
NEW(fd_datasync, u32)
NEW(fd_fdstat_get, u32, void *)
NEW(fd_fdstat_set_flags, u32, u32)
NEW(fd_fdstat_set_rights, u32, u64, u64)
NEW(fd_filestat_get, u32, void *)
NEW(fd_filestat_set_size, u32, u64)
NEW(fd_filestat_set_times, u32, u64, u64, u32)
NEW(fd_pread, u32, const void *, u32, u64, u32 *)
NEW(fd_prestat_get, u32, void *)
NEW(fd_prestat_dir_name, u32, void *, u32)
NEW(fd_pwrite, u32, const void *, u32, u64, u32 *)
NEW(fd_read, u32, const void *, u32, u32 *)
NEW(fd_readdir, u32, void *, u32, u64, u32 *)
NEW(fd_renumber, u32, u32)
NEW(fd_seek, u32, u64, u32, u64 *)
NEW(fd_sync, u32)
NEW(fd_tell, u32, u64 *)
NEW(fd_write, u32, const void *, u32, u32 *)
NEW(path_create_directory, u32, const char *, u32)
NEW(path_filestat_get, u32, u32, const char *, u32, void *)
NEW(path_filestat_set_times, u32, u32, const char *, u32, u64, u64, u32)
NEW(path_link, u32, u32, const char *, u32, u32, const char *, u32)
NEW(path_open, u32, u32, const char *, u32, u32, u64, u64, u32, u32 *)
NEW(path_readlink, u32, const char *, u32, void *, u32, u32 *)
NEW(path_remove_directory, u32, const char *, u32)
NEW(path_rename, u32, const char *, u32, u32, const char *, u32)
NEW(path_symlink, const char *, u32, u32, const char *, u32)
NEW(path_unlink_file, u32, const char *, u32)
NEW(poll_oneoff, const void *, void *, u32, u32 *)
NEW(proc_raise, u32)
NEW(sched_yield, void)
NEW(random_get, void *, u32)
NEW(sock_accept, u32, u32, u32 *)
NEW(sock_recv, u32, const void *, u32, u32, u32 *, u16 *)
NEW(sock_send, u32, const void *, u32, u32, u32 *)
NEW(sock_shutdown, u32, u32)
OLD(fd_seek, u32, u64, u32, u64 *)
OLD(fd_filestat_get, u32, void *)
OLD(path_filestat_get, u32, u32, const char *, u32, void *)
OLD(poll_oneoff, const void *, void *, u32, u32 *)
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"))) _Noreturn void proc_exit(u32);

enum {
    OK = 0, AGAIN = 6, BADF = 8, BUSY = 10, EXIST = 20, FAULT = 21, INVAL = 28, ISDIR = 31, LOOP = 32, NAMETOOLONG = 37,
    NOENT = 44, NOTDIR = 54, NOTEMPTY = 55, NOTSOCK = 57, NOTSUP = 58, PERM = 63, PIPE = 64, SPIPE = 70, NOTCAPABLE = 76
};
enum { ROOT = 3, RO = 4, LISTENING = 5, CONNECTED = 6 }; /* what supervm-wasi grants */
enum { FOLLOW = 1, CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8, APPEND = 1, NONBLOCK = 4 };
#define READ ((u64)1 << 1 | 1 << 2 | 1 << 5 | 1 << 21 | 1 << 27)
#define WRITE (READ | (u64)1 << 6 | 1 << 8 | 1 << 22 | 1 << 23 | 1 << 0 | 1 << 3 | 1 << 4 | 1 << 7)
#define ALL (((u64)1 << 30) - 1)

struct vec {
    const void *p;
    u32 n;
};

static inline u32 length(const char *s) {
    u32 n = 0;
    while (s[n]) n++;
    return n;
}
static inline int same(const void *a, const void *b, u32 n) {
    const u8 *x = a, *y = b;
    while (n && *x == *y) n--, x++, y++;
    return !n;
}
static inline void say(const char *s) {
    struct vec v = {s, length(s)};
    u32 n;
    (void)fd_write(1, &v, 1, &n);
}
static inline void say_number(u64 v) {
    char text[24], *p = text + 23;
    *p = 0;
    do *--p = (char)('0' + v % 10);
    while (v /= 10);
    say(p);
}
/* One row of what was tried. */
static u32 passed, failed;
static inline void expect_at(u32 line, const char *what, u64 got, u64 want) {
    if (got == want) {
        passed++;
        return;
    }
    failed++;
    say("FAIL line "), say_number(line), say(": "), say(what), say(" is "), say_number(got), say(", not ");
    say_number(want), say("\n");
}
#define is(what, want) expect_at(__LINE__, #what, what, want)
static inline _Noreturn void finish(void) {
    say_number(passed), say(" passed, "), say_number(failed), say(" failed\n");
    proc_exit(failed != 0);
}
#endif
