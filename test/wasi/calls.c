/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* calls.c - every function of WASI preview 1: what it does, and how it refuses. Run by supervm-wasi, which prepares the
 * directory (ROOT; RO is the same, read-only), the sockets and standard input, a pipe that holds "input". */
#include "guest.h"

static char buf[4096];
static u64 big[16];
static u32 n;
#define P(s) s, length(s)
#define FAR ((void *)0xfffffff0u)

static u32 open_at(u32 dir, const char *path, u32 oflags, u64 rights, u32 *fd) {
    return path_open(dir, FOLLOW, P(path), oflags, rights, 0, 0, fd);
}
static u32 write_to(u32 fd, const char *s) {
    struct vec v = {s, length(s)};
    return fd_write(fd, &v, 1, &n);
}
static u32 read_from(u32 fd, u32 most) {
    struct vec v[2] = {{buf, 1}, {buf + 1, most - 1}};
    return fd_read(fd, v, 2, &n);
}
static u32 size_of(u32 fd) {
    return fd_filestat_get(fd, big) ? 0xffffffff : (u32)big[4];
}

static void process(void) {
    u32 count, size, list[8];
    is(args_sizes_get(&count, &size), OK), is(count, 3), is(size, 14);
    is(args_get(list, buf), OK), is(list[1], (u32)buf + 6), is(same(buf, "calls\0one\0two", 13), 1);
    is(args_get(FAR, buf), FAULT), is(args_sizes_get(&count, FAR), FAULT);
    is(environ_sizes_get(&count, &size), OK), is(count, 1), is(size, 6);
    is(environ_get(list, buf), OK), is(same(buf, "A=b c", 6), 1), is(environ_get(list, FAR), FAULT);
    u64 t = 0, u = 0;
    for (u32 id = 0; id < 4; id++) is(clock_time_get(id, 0, &t), OK), is(clock_res_get(id, &u), OK), is(u > 0, 1);
    is(clock_time_get(1, 0, &t), OK), is(clock_time_get(1, 0, &u), OK), is(u >= t, 1);
    is(clock_time_get(4, 0, &t), INVAL), is(clock_res_get(4, &t), INVAL), is(clock_time_get(0, 0, FAR), FAULT);
    big[0] = big[1] = 0;
    is(random_get(big, 16), OK), is(big[0] != big[1], 1), is(random_get(FAR, 32), FAULT), is(random_get(big, 0), OK);
    is(sched_yield(), OK);
    is(proc_raise(0), OK), is(proc_raise(16), OK), is(proc_raise(18), NOTSUP), is(proc_raise(31), INVAL);
}

static void files(void) {
    u32 fd, other;
    u64 at;
    struct vec far = {FAR, 100}, v = {"XY", 2};
    is(open_at(ROOT, "new", CREAT | EXCL, WRITE, &fd), OK);
    is(open_at(ROOT, "new", CREAT | EXCL, WRITE, &other), EXIST);
    is(write_to(fd, "hello world"), OK), is(n, 11), is(size_of(fd), 11);
    is(fd_tell(fd, &at), OK), is(at, 11);
    is(fd_seek(fd, 6, 0, &at), OK), is(at, 6), is(read_from(fd, 100), OK), is(n, 5), is(same(buf, "world", 5), 1);
    is(fd_seek(fd, (u64)-5, 1, &at), OK), is(at, 6), is(fd_seek(fd, (u64)-1, 2, &at), OK), is(at, 10);
    is(old_fd_seek(fd, 2, 2, &at), OK), is(at, 2), is(old_fd_seek(fd, 1, 0, &at), OK), is(at, 3);
    is(old_fd_seek(fd, 0, 1, &at), OK), is(at, 11);
    is(fd_seek(fd, (u64)-100, 0, &at), INVAL), is(fd_seek(fd, 0, 3, &at), INVAL), is(fd_seek(fd, 0, 0, FAR), FAULT);
    is(fd_pwrite(fd, &v, 1, 0, &n), OK), is(n, 2);
    v = (struct vec){buf, 4};
    is(fd_pread(fd, &v, 1, 1, &n), OK), is(n, 4), is(same(buf, "Yllo", 4), 1);
    is(fd_pread(fd, &v, 1, 1000, &n), OK), is(n, 0), is(fd_pread(fd, &v, 1, (u64)-1, &n), INVAL);
    is(fd_read(fd, &far, 1, &n), FAULT), is(fd_write(fd, &far, 1, &n), FAULT), is(fd_read(fd, FAR, 9, &n), FAULT);
    is(fd_read(fd, &v, 1, FAR), FAULT), is(fd_read(fd, &v, 2000, &n), INVAL), is(fd_write(fd, &v, 0, &n), OK);
    is(n, 0);
    is(fd_filestat_set_size(fd, 3), OK), is(size_of(fd), 3), is(fd_filestat_set_size(fd, (u64)-1), INVAL);
    is(fd_allocate(fd, 0, 64), OK), is(size_of(fd), 64), is(fd_allocate(fd, 0, 0), INVAL);
    is(fd_advise(fd, 0, 10, 3), OK), is(fd_advise(fd, 0, 10, 6), INVAL);
    is(fd_sync(fd), OK), is(fd_datasync(fd), OK);
    is(fd_filestat_set_times(fd, 5000000000, 7000000001, 1 | 4), OK), is(fd_filestat_get(fd, big), OK);
    is(big[5], 5000000000), is(big[6], 7000000001), is((u8)big[2], 4), is(big[3], 1);
    is(fd_filestat_set_times(fd, 0, 0, 2 | 8), OK), is(fd_filestat_get(fd, big), OK), is(big[6] > 7000000001, 1);
    is(fd_filestat_set_times(fd, 0, 0, 3), INVAL), is(fd_filestat_set_times(fd, 0, 0, 16), INVAL);
    is(fd_filestat_get(fd, FAR), FAULT);
    is(old_fd_filestat_get(fd, big), OK), is(big[3], 64), is((u8)big[2], 4), is((u32)(big[2] >> 32), 1);
    is(fd_fdstat_get(fd, big), OK), is((u8)big[0], 4), is(big[1], WRITE), is(big[2], 0), is(fd_fdstat_get(fd, FAR), FAULT);
    is(fd_fdstat_set_flags(fd, APPEND | NONBLOCK), OK), is(fd_fdstat_get(fd, big), OK), is(big[0] >> 16, 5);
    is(fd_seek(fd, 0, 0, &at), OK), is(write_to(fd, "end"), OK), is(size_of(fd), 67);
    is(fd_fdstat_set_flags(fd, 2), NOTSUP), is(fd_fdstat_set_flags(fd, 32), INVAL), is(fd_fdstat_set_flags(fd, 0), OK);
    is(open_at(ROOT, "new", 0, READ, &other), OK), is(write_to(other, "x"), NOTCAPABLE);
    is(fd_filestat_set_size(other, 0), NOTCAPABLE), is(fd_allocate(other, 0, 9), NOTCAPABLE);
    is(fd_renumber(other, fd), OK), is(fd_close(other), BADF), is(write_to(fd, "x"), NOTCAPABLE);
    is(fd_renumber(fd, 99), BADF), is(fd_renumber(99, fd), BADF), is(fd_renumber(fd, fd), OK);
    is(fd_fdstat_set_rights(fd, READ | 1 << 6, 0), NOTCAPABLE), is(fd_fdstat_set_rights(fd, 1 << 1, 0), OK);
    is(fd_fdstat_set_rights(fd, READ, 0), NOTCAPABLE), is(read_from(fd, 2), OK), is(fd_filestat_get(fd, big), NOTCAPABLE);
    is(fd_seek(fd, 1, 0, &at), NOTCAPABLE), is(fd_tell(fd, &at), NOTCAPABLE), is(fd_sync(fd), NOTCAPABLE);
    is(fd_pread(fd, &v, 1, 0, &n), NOTCAPABLE), is(fd_advise(fd, 0, 0, 0), NOTCAPABLE);
    is(fd_close(fd), OK), is(fd_close(fd), BADF), is(read_from(fd, 2), BADF), is(fd_sync(fd), BADF);
    is(path_open(ROOT, 0, P("new"), TRUNC, READ, 0, 0, &fd), OK), is(size_of(fd), 0), is(fd_close(fd), OK);
    is(path_open(ROOT, 0, P("new"), 0, WRITE, 0, APPEND, &fd), OK), is(write_to(fd, "ab"), OK);
    is(fd_seek(fd, 0, 0, &at), OK), is(write_to(fd, "cd"), OK), is(size_of(fd), 4), is(fd_close(fd), OK);
    is(path_unlink_file(ROOT, P("new")), OK), is(path_unlink_file(ROOT, P("new")), NOENT);
}

static void directories(void) {
    u32 fd, sub, i, seen = 0;
    u64 next = 0;
    is(fd_prestat_get(ROOT, buf), OK), is(buf[0], 0), is(*(u32 *)(buf + 4), 1);
    is(fd_prestat_dir_name(ROOT, buf, 1), OK), is(buf[0], '/'), is(fd_prestat_dir_name(ROOT, buf, 0), NAMETOOLONG);
    is(fd_prestat_get(2, buf), BADF), is(fd_prestat_get(99, buf), BADF), is(fd_prestat_dir_name(1, buf, 9), BADF);
    is(fd_prestat_get(RO, buf), OK), is(*(u32 *)(buf + 4), 2), is(fd_prestat_get(LISTENING, buf), BADF);
    is(path_create_directory(ROOT, P("many")), OK), is(path_create_directory(ROOT, P("many")), EXIST);
    is(path_create_directory(ROOT, P("many/")), EXIST), is(path_create_directory(ROOT, P("none/x")), NOENT);
    is(path_create_directory(ROOT, P(".")), EXIST), is(path_create_directory(ROOT, P("many/sub/")), OK);
    is(open_at(ROOT, "many", DIRECTORY, ALL, &fd), OK), is(fd_fdstat_get(fd, big), OK), is((u8)big[0], 3);
    is(big[1] >> 13 & 1, 1), is(big[1] >> 1 & 1, 0);
    is(path_open(fd, 0, P("x"), CREAT, WRITE, 0, 0, &sub), NOTCAPABLE); /* nothing is inherited */
    is(fd_close(fd), OK), is(path_open(ROOT, 0, P("many"), DIRECTORY, ALL, ALL, 0, &fd), OK);
    for (i = 0; i < 30; i++) {
        char name[] = {'f', (char)('0' + i / 10), (char)('0' + i % 10), 0};
        is(path_open(fd, 0, P(name), CREAT, WRITE, 0, 0, &sub), OK), is(fd_close(sub), OK);
    }
    for (;;) { /* in pieces that hold two or three entries and cut one */
        is(fd_readdir(fd, buf, 100, next, &n), OK);
        u32 at = 0;
        while (at + 24 <= n) {
            u32 len = *(u32 *)(buf + at + 16);
            if (at + 24 + len > n) break;
            next = *(u64 *)(buf + at);
            if (buf[at + 24] == 'f') seen++, is((u8)buf[at + 20], 4);
            if (same(buf + at + 24, "sub", 3)) seen += 100, is((u8)buf[at + 20], 3);
            if (same(buf + at + 24, "..", len) || same(buf + at + 24, ".", len)) seen += 1000;
            at += 24 + len;
        }
        if (n < 100) break;
    }
    is(seen, 2130);
    is(fd_readdir(fd, buf, 10, 0, &n), OK), is(n, 10), is(fd_readdir(fd, FAR, 100, 0, &n), FAULT);
    is(fd_readdir(fd, buf, 100, (u64)-1, &n), INVAL), is(fd_readdir(0, buf, 100, 0, &n), NOTDIR);
    is(fd_readdir(99, buf, 100, 0, &n), BADF);
    is(read_from(fd, 9), ISDIR), is(write_to(fd, "x"), BADF), is(fd_seek(fd, 0, 0, &next), BADF);
    is(fd_allocate(fd, 0, 1), BADF), is(fd_filestat_set_size(fd, 0), BADF), is(fd_sync(fd), OK);
    is(path_remove_directory(ROOT, P("many")), NOTEMPTY), is(path_unlink_file(ROOT, P("many")), ISDIR);
    is(path_remove_directory(ROOT, P("many/f00")), NOTDIR), is(path_remove_directory(ROOT, P("many/.")), INVAL);
    is(path_remove_directory(ROOT, P("many/sub/")), OK), is(path_remove_directory(ROOT, P("many/sub")), NOENT);
    for (i = 0; i < 30; i++) {
        char name[] = {'f', (char)('0' + i / 10), (char)('0' + i % 10), 0};
        is(path_unlink_file(fd, P(name)), OK);
    }
    is(open_at(ROOT, "many", 0, WRITE, &sub), ISDIR), is(open_at(ROOT, "many", DIRECTORY | CREAT, READ, &sub), INVAL);
    is(fd_close(fd), OK), is(path_remove_directory(ROOT, P("many")), OK);
}

/* Paths that must not work, whatever the call. */
static void refused(const char *path, u32 len, u32 want) {
    u32 fd;
    is(path_open(ROOT, FOLLOW, path, len, 0, READ, 0, 0, &fd), want), is(path_open(ROOT, 0, path, len, CREAT, WRITE, 0, 0, &fd), want);
    is(path_filestat_get(ROOT, FOLLOW, path, len, big), want), is(path_filestat_get(ROOT, 0, path, len, big), want);
    is(old_path_filestat_get(ROOT, 0, path, len, big), want), is(path_readlink(ROOT, path, len, buf, 9, &n), want);
    is(path_filestat_set_times(ROOT, FOLLOW, path, len, 0, 0, 5), want), is(path_create_directory(ROOT, path, len), want);
    is(path_remove_directory(ROOT, path, len), want), is(path_unlink_file(ROOT, path, len), want);
    is(path_rename(ROOT, path, len, ROOT, "z", 1), want), is(path_rename(ROOT, "dir/file", 8, ROOT, path, len), want);
    is(path_link(ROOT, 0, path, len, ROOT, "z", 1), want), is(path_link(ROOT, 0, "dir/file", 8, ROOT, path, len), want);
    is(path_symlink("t", 1, ROOT, path, len), want);
}

static void escapes(void) {
    static const char *const out[] = {"/", "/etc/passwd", "..", "../", "../secret", "dir/../../secret", "./../secret",
                                      "dir/../../root/dir/file", "up/secret", "up/x/y", "abs/secret", "dir/deep/../../../secret",
                                      "twice/secret"};
    static char longest[5000];
    u32 fd;
    for (u32 i = 0; i < sizeof out / sizeof *out; i++) refused(P(out[i]), PERM);
    refused("dir/file\0x", 10, INVAL), refused("", 0, NOENT), refused(FAR, 100, FAULT);
    for (u32 i = 0; i < sizeof longest; i++) longest[i] = i % 2 ? '/' : 'a';
    refused(longest, 4096, NAMETOOLONG);
    for (u32 i = 0; i < sizeof longest; i++) longest[i] = 'a';
    refused(longest, 300, NAMETOOLONG);
    /* a link at the end: those that follow it hear that it leads out, the others act on the link itself */
    is(open_at(ROOT, "out", 0, READ, &fd), PERM), is(path_open(ROOT, 0, P("out"), 0, READ, 0, 0, &fd), LOOP);
    is(open_at(ROOT, "out", CREAT, WRITE, &fd), PERM), is(path_filestat_get(ROOT, FOLLOW, P("out"), big), PERM);
    is(path_filestat_get(ROOT, 0, P("out"), big), OK), is((u8)big[2], 7);
    is(path_filestat_set_times(ROOT, FOLLOW, P("out"), 0, 0, 5), PERM);
    is(path_link(ROOT, FOLLOW, P("out"), ROOT, P("z")), PERM), is(path_readlink(ROOT, P("out"), buf, 9, &n), OK);
    is(n, 9), is(same(buf, "../secret", 9), 1);
    is(path_rename(ROOT, P("up/"), ROOT, P("z")), NOTDIR), is(path_unlink_file(ROOT, P("up/")), NOTDIR);
    is(path_remove_directory(ROOT, P("up/")), NOTDIR), is(path_create_directory(ROOT, P("up/")), EXIST);
    is(path_link(ROOT, 0, P("up/"), ROOT, P("z")), NOTDIR), is(path_readlink(ROOT, P("up/"), buf, 9, &n), PERM);
    is(path_filestat_get(ROOT, 0, P("up/"), big), PERM), is(path_symlink(P("t"), ROOT, P("up/")), EXIST);
    is(path_symlink(P("/etc"), ROOT, P("z")), PERM), is(open_at(ROOT, "loop", 0, READ, &fd), LOOP);
    is(path_filestat_get(ROOT, FOLLOW, P("loop"), big), LOOP), is(open_at(ROOT, "loop/x", 0, READ, &fd), LOOP);
    is(path_filestat_get(ROOT, 0, P("z"), big), NOENT);
}

static void names(void) {
    u32 fd;
    is(open_at(ROOT, "dir/./deep/../file", 0, READ, &fd), OK), is(read_from(fd, 4), OK), is(same(buf, "file", 4), 1);
    is(fd_close(fd), OK), is(open_at(ROOT, "dir//file", 0, READ, &fd), OK), is(fd_close(fd), OK);
    is(open_at(ROOT, "dir/file/", 0, READ, &fd), NOTDIR), is(open_at(ROOT, "dir/file/x", 0, READ, &fd), NOTDIR);
    is(open_at(ROOT, "dir/file", DIRECTORY, READ, &fd), NOTDIR), is(open_at(ROOT, "none", 0, READ, &fd), NOENT);
    is(open_at(ROOT, "dir/", DIRECTORY, 1 << 14, &fd), OK), is(fd_close(fd), OK);
    is(open_at(ROOT, ".", DIRECTORY, 1 << 14, &fd), OK), is(fd_prestat_get(fd, buf), BADF), is(fd_close(fd), OK);
    is(open_at(ROOT, "link", 0, READ, &fd), OK), is(read_from(fd, 4), OK), is(same(buf, "file", 4), 1), is(fd_close(fd), OK);
    is(open_at(ROOT, "dir/back/file", 0, READ, &fd), OK), is(fd_close(fd), OK), is(open_at(ROOT, "link/", 0, READ, &fd), NOTDIR);
    is(path_open(ROOT, 0, P("dir/back"), DIRECTORY, 1 << 14, 0, 0, &fd) != OK, 1);
    is(path_open(ROOT, 0, P("dir/back/"), DIRECTORY, 1 << 14, 0, 0, &fd), OK), is(fd_close(fd), OK);
    is(open_at(ROOT, "dangling", 0, READ, &fd), NOENT), is(open_at(ROOT, "dangling", CREAT | EXCL, WRITE, &fd), EXIST);
    is(open_at(ROOT, "dangling", CREAT, WRITE, &fd), OK), is(fd_close(fd), OK), is(path_unlink_file(ROOT, P("dir/made")), OK);
    is(path_open(ROOT, 0, P("dir/file"), 16, READ, 0, 0, &fd), INVAL), is(path_open(ROOT, 0, P("dir/file"), 0, READ, 0, 32, &fd), INVAL);
    is(path_open(ROOT, 0, P("dir/file"), 0, READ, 0, 0, FAR), FAULT), is(open_at(99, "x", 0, READ, &fd), BADF);
    is(open_at(1, "x", 0, READ, &fd), NOTDIR);
    /* links */
    is(path_symlink(P("dir/file"), ROOT, P("s")), OK), is(path_symlink(P("x"), ROOT, P("s")), EXIST);
    is(path_readlink(ROOT, P("s"), buf, 4, &n), OK), is(n, 4), is(path_readlink(ROOT, P("s"), buf, 0, &n), OK), is(n, 0);
    is(path_readlink(ROOT, P("dir"), buf, 9, &n), INVAL), is(path_readlink(ROOT, P("s"), FAR, 90, &n), FAULT);
    is(path_link(ROOT, FOLLOW, P("s"), ROOT, P("hard")), OK), is(path_filestat_get(ROOT, 0, P("hard"), big), OK);
    is((u8)big[2], 4), is(big[3], 2), is(path_unlink_file(ROOT, P("hard")), OK);
    is(path_link(ROOT, 0, P("s"), ROOT, P("hard")), OK), is(path_filestat_get(ROOT, 0, P("hard"), big), OK), is((u8)big[2], 7);
    is(path_link(ROOT, 0, P("dir/file"), ROOT, P("hard")), EXIST), is(path_link(ROOT, 0, P("dir"), ROOT, P("d")), PERM);
    is(path_link(ROOT, 0, P("dir/file"), ROOT, P("d/")), NOENT), is(path_unlink_file(ROOT, P("hard")), OK);
    is(path_filestat_set_times(ROOT, FOLLOW, P("s"), 1, 2000000000, 5), OK), is(path_filestat_get(ROOT, FOLLOW, P("s"), big), OK);
    is(big[5], 1), is(big[6], 2000000000), is((u8)big[2], 4), is(path_filestat_set_times(ROOT, 0, P("s"), 3, 4, 5), OK);
    is(path_filestat_get(ROOT, 0, P("s"), big), OK), is(big[6], 4), is(path_filestat_get(ROOT, FOLLOW, P("s"), big), OK);
    is(big[6], 2000000000), is(path_filestat_set_times(ROOT, 0, P("s"), 3, 4, 12), INVAL);
    is(old_path_filestat_get(ROOT, FOLLOW, P("s"), big), OK), is(big[3], 8), is(big[5], 2000000000);
    is(path_unlink_file(ROOT, P("s")), OK);
    /* renaming */
    is(path_create_directory(ROOT, P("d1")), OK), is(path_rename(ROOT, P("d1/"), ROOT, P("d2/")), OK);
    is(path_rename(ROOT, P("d1"), ROOT, P("d3")), NOENT), is(path_rename(ROOT, P("dir/file"), ROOT, P("d3/")), NOTDIR);
    is(path_rename(ROOT, P("dir/file/"), ROOT, P("d3")), NOTDIR), is(path_rename(ROOT, P("d2"), ROOT, P("d2/x")), INVAL);
    is(path_rename(ROOT, P("dir/file"), ROOT, P("d2")), ISDIR), is(path_rename(ROOT, P("d2"), ROOT, P("dir/file")), NOTDIR);
    is(path_rename(ROOT, P("d2"), ROOT, P("dir")), NOTEMPTY), is(path_rename(ROOT, P("."), ROOT, P("d3")), BUSY);
    is(path_rename(ROOT, P("dir/file"), ROOT, P("d2/file")), OK), is(path_rename(ROOT, P("d2/file"), ROOT, P("dir/file")), OK);
    is(path_remove_directory(ROOT, P("d2")), OK);
}

static void read_only(void) {
    u32 fd, sub;
    is(open_at(RO, "dir/file", 0, READ, &fd), OK), is(read_from(fd, 8), OK), is(n, 8), is(fd_close(fd), OK);
    is(open_at(RO, "dir/file", 0, WRITE, &fd), NOTCAPABLE), is(open_at(RO, "dir/file", TRUNC, READ, &fd), NOTCAPABLE);
    is(open_at(RO, "n", CREAT, READ, &fd), NOTCAPABLE), is(path_unlink_file(RO, P("dir/file")), NOTCAPABLE);
    is(path_create_directory(RO, P("n")), NOTCAPABLE), is(path_remove_directory(RO, P("dir")), NOTCAPABLE);
    is(path_rename(RO, P("dir"), ROOT, P("n")), NOTCAPABLE), is(path_rename(ROOT, P("dir"), RO, P("n")), NOTCAPABLE);
    is(path_link(RO, 0, P("dir/file"), ROOT, P("n")), NOTCAPABLE), is(path_symlink(P("a"), RO, P("n")), NOTCAPABLE);
    is(path_filestat_set_times(RO, 0, P("dir"), 0, 0, 5), NOTCAPABLE), is(fd_filestat_set_times(RO, 0, 0, 5), NOTCAPABLE);
    is(path_open(RO, 0, P("dir"), DIRECTORY, 1 << 13, 1 << 1, 0, &fd), OK), is(open_at(fd, "file", 0, 1 << 1, &sub), OK);
    is(fd_close(sub), OK), is(open_at(fd, "file", 0, READ, &sub), NOTCAPABLE), is(fd_close(fd), OK);
    is(path_filestat_get(RO, 0, P("dir"), big), OK), is(path_readlink(RO, P("link"), buf, 99, &n), OK);
}

static void waits(void) {
    u8 in[3 * 56], out[3 * 32];
    u64 before, after, *w = (u64 *)in;
    u32 count;
    for (u32 i = 0; i < sizeof in; i++) in[i] = 0;
    is(poll_oneoff(in, out, 0, &count), INVAL), is(poll_oneoff(FAR, out, 1, &count), FAULT), is(poll_oneoff(in, FAR, 1, &count), FAULT);
    w[0] = 77, w[2] = 1, w[3] = 20000000; /* monotonic, 20 ms from now */
    clock_time_get(1, 0, &before);
    is(poll_oneoff(in, out, 1, &count), OK), is(count, 1), is(*(u64 *)out, 77), is(*(u16 *)(out + 8), 0), is(out[10], 0);
    clock_time_get(1, 0, &after);
    is(after - before >= 20000000, 1), is(after - before < 5000000000, 1);
    w[3] = after + 20000000, in[40] = 1; /* until */
    is(poll_oneoff(in, out, 1, &count), OK), clock_time_get(1, 0, &before), is(before >= after + 20000000, 1);
    clock_time_get(0, 0, &after), w[2] = 0, w[3] = after - 1;
    is(poll_oneoff(in, out, 1, &count), OK), is(count, 1);
    w[2] = 9, is(poll_oneoff(in, out, 1, &count), OK), is(*(u16 *)(out + 8), INVAL);
    w[2] = 2, is(poll_oneoff(in, out, 1, &count), OK), is(*(u16 *)(out + 8), NOTSUP);
    /* standard input holds "input"; a far clock beside it; a number that is nobody's */
    for (u32 i = 0; i < sizeof in; i++) in[i] = 0;
    w[0] = 1, w[2] = 1, w[3] = (u64)-1, w[6] = 2, in[56] = 1, w[8] = 0;
    is(poll_oneoff(in, out, 2, &count), OK), is(count, 1), is(*(u64 *)out, 2), is(*(u64 *)(out + 16), 5), is(out[10], 1);
    w[8] = 99, is(poll_oneoff(in, out, 2, &count), OK), is(count, 1), is(*(u16 *)(out + 8), BADF);
    in[56] = 2, w[8] = 1, is(poll_oneoff(in, out, 2, &count), OK), is(count, 1), is(out[10], 2);
    in[56] = 3, is(poll_oneoff(in, out, 2, &count), OK), is(*(u16 *)(out + 8), INVAL);
    /* the older layout: a clock has 8 bytes of its own first */
    for (u32 i = 0; i < sizeof in; i++) in[i] = 0;
    w[0] = 5, w[3] = 1, w[4] = 1000, is(old_poll_oneoff(in, out, 1, &count), OK), is(count, 1), is(*(u64 *)out, 5), is(*(u16 *)(out + 8), 0);
    is(read_from(0, 100), OK), is(n, 5), is(same(buf, "input", 5), 1);
    is(fd_fdstat_set_flags(0, NONBLOCK), OK), is(read_from(0, 100), AGAIN), is(fd_fdstat_set_flags(0, APPEND), NOTSUP);
    is(fd_seek(0, 0, 0, &before), SPIPE), is(fd_fdstat_get(0, big), OK), is(big[0] >> 16, 4);
}

static void sockets(void) {
    struct vec v[2] = {{buf, 2}, {buf + 2, 4}}, s = {"pong", 4};
    u32 fd;
    u16 flags;
    is(fd_fdstat_get(CONNECTED, big), OK), is((u8)big[0], 6), is(fd_fdstat_get(LISTENING, big), OK), is((u8)big[0], 6);
    is(sock_accept(LISTENING, 2, &fd), INVAL), is(sock_accept(ROOT, 0, &fd), NOTSOCK), is(sock_accept(99, 0, &fd), BADF);
    is(sock_accept(LISTENING, 0, FAR), FAULT), is(sock_accept(LISTENING, NONBLOCK, &fd), OK);
    is(fd_fdstat_get(fd, big), OK), is(big[0] >> 16, 4);
    is(sock_send(fd, &s, 1, 0, &n), OK), is(n, 4), is(sock_send(fd, &s, 1, 1, &n), INVAL), is(sock_send(1, &s, 1, 0, &n), NOTSOCK);
    is(fd_fdstat_set_flags(fd, 0), OK), is(sock_recv(fd, v, 2, 2, &n, &flags), OK), is(n, 6); /* what it sends comes back, in two parts */
    is(same(buf, "pongok", 6), 1), is(flags, 0), is(sock_recv(fd, v, 2, 4, &n, &flags), INVAL);
    is(fd_close(fd), OK), is(sock_recv(fd, v, 2, 0, &n, &flags), BADF), is(sock_recv(0, v, 2, 0, &n, &flags), NOTSOCK);
    is(fd_fdstat_set_flags(LISTENING, NONBLOCK), OK), is(sock_accept(LISTENING, 0, &fd), AGAIN);
    is(sock_recv(CONNECTED, v, 1, 1, &n, &flags), OK), is(n, 2), is(read_from(CONNECTED, 9), OK), is(n, 6), is(same(buf, "greets", 6), 1);
    is(write_to(CONNECTED, "x"), OK), is(sock_shutdown(CONNECTED, 0), INVAL), is(sock_shutdown(CONNECTED, 4), INVAL);
    is(sock_shutdown(CONNECTED, 2), OK), is(write_to(CONNECTED, "x"), PIPE), is(sock_shutdown(ROOT, 1), NOTSOCK), is(sock_shutdown(99, 1), BADF);
}

__attribute__((export_name("_start"))) void start(void) {
    process(), files(), directories(), escapes(), names(), read_only(), waits(), sockets();
    finish();
}
