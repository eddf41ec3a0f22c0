/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* peer.c - another process that runs a WebAssembly program beside us: V8 (peers/node.js), or this benchmark as another
 * compiler built it (--serve).
 *
 * We write a line "N"; it calls bench(argument) N times and writes "NANOSECONDS RESULT". So its rounds take turns with
 * everybody else's. */
#define _GNU_SOURCE
#include "bench.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct peer {
    pid_t pid;
    FILE *to, *from;
};

static uint64_t run_peer(struct variant *v, uint64_t n) {
    unsigned long long ns;
    unsigned ret;
    fprintf(v->peer->to, "%llu\n", (unsigned long long)n);
    if (fflush(v->peer->to) || fscanf(v->peer->from, "%llu %u", &ns, &ret) != 2) {
        snprintf(v->error, sizeof v->error, "the process ended");
        return 0;
    }
    v->ret = ret;
    return ns;
}

/* The command's words, then the file and the argument. */
static void become(const char *command, const char *path, uint32_t arg, int in, int out) {
    char *copy = strdup(command), *save, *word[64], number[16];
    unsigned n = 0;
    snprintf(number, sizeof number, "%u", arg);
    for (char *w = copy ? strtok_r(copy, " ", &save) : NULL; w && n < 60; w = strtok_r(NULL, " ", &save))
        word[n++] = w;
    word[n++] = (char *)(uintptr_t)path;
    word[n++] = number;
    word[n] = NULL;
    dup2(in, 0);
    dup2(out, 1);
    if (copy)
        execvp(word[0], word);
    _exit(127);
}

void peer_open(struct variant *v, const char *command, const char *path) {
    struct peer *p = calloc(1, sizeof *p);
    int to[2], from[2];
    v->peer = p;
    v->run = run_peer;
    if (!p || pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC) || (p->pid = fork()) < 0) {
        snprintf(v->error, sizeof v->error, "cannot be started");
        return;
    }
    if (!p->pid)
        become(command, path, v->p->arg, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    p->to = fdopen(to[1], "w");
    p->from = fdopen(from[0], "r");
    signal(SIGPIPE, SIG_IGN); /* a peer that ends early is reported by run_peer */
    if (!p->to || !p->from)
        snprintf(v->error, sizeof v->error, "out of memory");
}

bool peer_installed(const char *command) {
    char path[4096], *copy = strdup(getenv("PATH") ? getenv("PATH") : ""), *save;
    bool found = false;
    for (char *d = copy ? strtok_r(copy, ":", &save) : NULL; d && !found; d = strtok_r(NULL, ":", &save)) {
        snprintf(path, sizeof path, "%s/%s", d, command);
        found = !access(path, X_OK);
    }
    free(copy);
    return found;
}

void peer_close(struct variant *v) {
    if (!v->peer)
        return;
    if (v->peer->to)
        fclose(v->peer->to);
    if (v->peer->from)
        fclose(v->peer->from);
    if (v->peer->pid > 0)
        waitpid(v->peer->pid, NULL, 0);
    free(v->peer);
}
