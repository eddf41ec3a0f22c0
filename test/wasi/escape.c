/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* escape.c - tries to reach ../secret while the host swaps directories and links beneath it all the time. For so many
 * milliseconds as its argument says; it must never read a file that begins with S, nor see one outside. */
#include "guest.h"

static const char *const paths[] = {"a/b/secret", "a/b/../secret", "a/b/../../secret", "a/b/c/../../../secret", "l/secret", "l/b/../secret", "a/l/secret", "swap", "a/b/swap"};
static u64 tries, opened, seen;

static void attempt(const char *path) {
    char text[8] = {0};
    struct vec v = {text, 7};
    u32 fd, n = 0, len = length(path);
    u64 st[8];
    tries++;
    if (!path_open(ROOT, FOLLOW, path, len, 0, READ, 0, 0, &fd)) {
        opened++;
        if (!fd_read(fd, &v, 1, &n) && text[0] == 'S') failed++, say("FAIL read "), say(path), say("\n");
        (void)fd_close(fd);
    }
    if (!path_filestat_get(ROOT, FOLLOW, path, len, st)) {
        seen++;
        if (st[4] == 12345) failed++, say("FAIL saw "), say(path), say("\n");
    }
    if (!path_unlink_file(ROOT, "a/b/../victim", 13)) failed++, say("FAIL removed a file outside\n");
    (void)path_link(ROOT, 0, path, len, ROOT, "got", 3);
    if (!path_open(ROOT, 0, "got", 3, 0, READ, 0, 0, &fd)) {
        if (!fd_read(fd, &v, 1, &n) && text[0] == 'S') failed++, say("FAIL linked "), say(path), say("\n");
        (void)fd_close(fd);
    }
    (void)path_unlink_file(ROOT, "got", 3);
}

__attribute__((export_name("_start"))) void start(void) {
    char args[256];
    u32 list[16], ms = 0;
    u64 now, end;
    (void)args_get(list, args);
    for (const char *p = (const char *)list[1]; *p; p++) ms = ms * 10 + (u32)(*p - '0');
    (void)clock_time_get(1, 0, &end);
    end += (u64)ms * 1000000;
    do {
        for (u32 i = 0; i < sizeof paths / sizeof *paths; i++) attempt(paths[i]);
        (void)clock_time_get(1, 0, &now);
    } while (now < end && failed < 10);
    say_number(tries), say(" tries, "), say_number(opened), say(" opened, "), say_number(seen), say(" seen\n");
    is(tries > 100 && opened > 0, 1);
    finish();
}
