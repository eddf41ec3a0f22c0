/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* libc.c - files, folders, times and environment by way of the C library, whose own words for what failed are looked at. */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int passed, failed;
#define IS(what) ((what) ? (void)passed++ : (void)(failed++, printf("FAIL line %d: %s (errno %d)\n", __LINE__, #what, errno)))
#define FAILS(what, error) (errno = 0, IS((what) == -1 && errno == (error)))

static void files(void) {
    char text[64];
    struct stat st;
    FILE *f = fopen("/data/new.txt", "w+");
    IS(f != NULL);
    if (!f) return;
    IS(fprintf(f, "line %d\nline %d\n", 1, 2) == 14), IS(!fseek(f, 7, SEEK_SET)), IS(fgets(text, sizeof text, f) && !strcmp(text, "line 2\n"));
    IS(ftell(f) == 14), IS(!fclose(f)), IS(!stat("/data/new.txt", &st) && st.st_size == 14 && S_ISREG(st.st_mode));
    IS(!truncate("/data/new.txt", 4) && !stat("/data/new.txt", &st) && st.st_size == 4);
    IS((f = fopen("/data/new.txt", "a")) && fputs("!", f) >= 0 && !fclose(f)), IS(!stat("/data/new.txt", &st) && st.st_size == 5);
    IS(!rename("/data/new.txt", "/data/old.txt")), FAILS(access("/data/new.txt", F_OK), ENOENT), IS(!access("/data/old.txt", R_OK));
    IS(!symlink("old.txt", "/data/sym")), IS(readlink("/data/sym", text, sizeof text) == 7), IS(!lstat("/data/sym", &st) && S_ISLNK(st.st_mode));
    IS(!link("/data/old.txt", "/data/hard") && !stat("/data/hard", &st) && st.st_nlink == 2);
    IS(!unlink("/data/hard") && !unlink("/data/sym") && !unlink("/data/old.txt")), FAILS(unlink("/data/old.txt"), ENOENT);
    FAILS(open("/data/none", O_RDONLY), ENOENT), FAILS(open("/elsewhere", O_RDONLY), ENOTCAPABLE), FAILS(open("/data/../x", O_RDONLY), EPERM);
    IS(isatty(0) == 0);
}

static void folders(void) {
    struct dirent *e;
    DIR *d;
    int n = 0;
    IS(!mkdir("/data/d", 0777)), FAILS(mkdir("/data/d", 0777), EEXIST);
    for (int i = 0; i < 300; i++) {
        char name[40];
        snprintf(name, sizeof name, "/data/d/file-%d", i);
        n += close(open(name, O_CREAT | O_WRONLY, 0666));
    }
    IS(n == 0), IS((d = opendir("/data/d")) != NULL);
    while (d && (e = readdir(d))) n += !strncmp(e->d_name, "file-", 5);
    IS(n == 300), FAILS(rmdir("/data/d"), ENOTEMPTY);
    for (int i = 0; i < 300; i++) {
        char name[40];
        snprintf(name, sizeof name, "/data/d/file-%d", i);
        n -= !unlink(name);
    }
    IS(n == 0), IS(!closedir(d)), IS(!rmdir("/data/d"));
}

static void rest(void) {
    struct timespec a, b, nap = {0, 5000000};
    struct pollfd p = {.fd = 1, .events = POLLOUT};
    unsigned char bytes[32] = {0};
    int sum = 0;
    IS(!clock_gettime(CLOCK_MONOTONIC, &a)), IS(!nanosleep(&nap, NULL)), IS(!clock_gettime(CLOCK_MONOTONIC, &b));
    IS((b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec >= 5000000), IS(time(NULL) > 1600000000);
    IS(poll(&p, 1, 1000) == 1 && p.revents == POLLOUT), IS(!getentropy(bytes, sizeof bytes));
    for (int i = 0; i < 32; i++) sum += bytes[i];
    IS(sum > 0), IS(getenv("NAME") && !strcmp(getenv("NAME"), "a=b")), IS(!getenv("HOME"));
}

int main(void) {
    files(), folders(), rest();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
