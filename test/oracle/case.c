/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* case.c - reads the cases that an object carries.
 * in: section .oracle, NUL-ended strings made by CASE() of oracle.h      out: struct test_case
 *
 *   NAME: STATEMENT; STATEMENT; ...
 *   run PROG [PACKET] [xTIMES] [meta:N] [mark:N] [prio:N] [tstamp:N] [cb:N/N/N/N/N] [args:N/N/..]
 *   put MAP KEY VALUE [FLAGS]     get MAP KEY     del MAP KEY     take MAP KEY
 *   prog MAP INDEX PROG           set VAR=VALUE   ignore MAP      kernel MAJOR.MINOR
 *
 * A key or value is a list such as u32:5,ip:10.0.0.1,hex:00ff, or "none" where the map has no key. */
#include "tool.h"
#include <elf.h>
#include <gelf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_WORDS = 16 };

static bool name_copy(char *to, const char *from) {
    if (strlen(from) >= MAX_NAME)
        return false;
    strcpy(to, from);
    return true;
}

static bool numbers(const char *s, uint64_t *out, unsigned max, unsigned *n) {
    for (*n = 0; *n < max; ++*n) {
        char *end;
        out[*n] = strtoull(s, &end, 0);
        if (end == s)
            return false;
        s = end;
        if (!*s) {
            ++*n;
            return true;
        }
        if (*s++ != '/')
            return false;
    }
    return false;
}

static bool run_word(struct step *s, const char *w) {
    uint64_t v[MAX_ARGS];
    unsigned n;
    const char *value = strchr(w, ':');

    if (w[0] == 'x' && w[1] >= '0' && w[1] <= '9') {
        s->times = (uint32_t)strtoul(w + 1, NULL, 10);
        return true;
    }
    if (value && !strncmp(w, "cb:", 3)) {
        if (!numbers(value + 1, v, 5, &n))
            return false;
        for (unsigned i = 0; i < n; i++)
            s->in.cb[i] = (uint32_t)v[i];
        return true;
    }
    if (value && !strncmp(w, "args:", 5)) {
        if (!numbers(value + 1, v, MAX_ARGS, &n))
            return false;
        bytes_free(&s->in.bytes);
        s->in.bytes = bytes_copy(v, n * sizeof *v);
        return true;
    }
    static const char *const names[] = {"meta:", "mark:", "prio:", "tstamp:"};
    for (unsigned i = 0; value && i < 4; i++) {
        if (strncmp(w, names[i], strlen(names[i])))
            continue;
        if (!numbers(value + 1, v, 1, &n))
            return false;
        switch (i) {
        case 0: s->in.meta = (uint32_t)v[0]; break;
        case 1: s->in.mark = (uint32_t)v[0]; break;
        case 2: s->in.priority = (uint32_t)v[0]; break;
        case 3: s->in.tstamp = v[0]; break;
        }
        return true;
    }
    bytes_free(&s->in.bytes);
    return packet_make(w, &s->in);
}

static bool host_step(struct step *s, char **w, unsigned n) {
    static const struct {
        const char *word;
        enum step_kind kind;
        unsigned least;
    } kinds[] = {{"put", STEP_PUT, 4}, {"get", STEP_GET, 3}, {"del", STEP_DEL, 3}, {"take", STEP_TAKE, 3}};
    for (unsigned i = 0; i < 4; i++) {
        if (strcmp(w[0], kinds[i].word))
            continue;
        s->kind = kinds[i].kind;
        if (n < kinds[i].least || !name_copy(s->name, w[1]))
            return false;
        if (strcmp(w[2], "none") && !bytes_parse(w[2], &s->key))
            return false;
        if (s->kind == STEP_PUT && n > 4)
            s->flags = strtoull(w[4], NULL, 0);
        return s->kind != STEP_PUT || bytes_parse(w[3], &s->value);
    }
    return false;
}

static bool statement(struct test_case *c, char *text) {
    char *w[MAX_WORDS], *save = NULL;
    unsigned n = 0;

    for (char *p = strtok_r(text, " ", &save); p && n < MAX_WORDS; p = strtok_r(NULL, " ", &save))
        w[n++] = p;
    if (n == 0)
        return true;
    if (!strcmp(w[0], "ignore"))
        return n == 2 && c->nignored < MAX_IGNORED && name_copy(c->ignored[c->nignored++], w[1]);
    if (!strcmp(w[0], "kernel"))
        return n == 2 && sscanf(w[1], "%u.%u", &c->major, &c->minor) == 2;
    if (c->nstep == MAX_STEPS)
        return false;
    struct step *s = &c->step[c->nstep++];
    if (!strcmp(w[0], "set")) {
        s->kind = STEP_SET;
        return n == 2 && name_copy(s->name, w[1]);
    }
    if (!strcmp(w[0], "prog")) {
        s->kind = STEP_PROG;
        s->index = n == 4 ? (uint32_t)strtoul(w[2], NULL, 0) : 0;
        return n == 4 && name_copy(s->name, w[1]) && name_copy(s->arg, w[3]);
    }
    if (strcmp(w[0], "run"))
        return host_step(s, w, n);
    s->kind = STEP_RUN;
    s->times = 1;
    if (n < 2 || !name_copy(s->name, w[1]))
        return false;
    for (unsigned i = 2; i < n; i++)
        if (!run_word(s, w[i]))
            return false;
    return s->in.bytes.p || packet_make("udp4", &s->in);
}

static bool parse(struct test_case *c, const char *text) {
    char copy[4096], *save = NULL;
    char *colon;

    if (strlen(text) >= sizeof copy)
        return false;
    strcpy(copy, text);
    colon = strchr(copy, ':');
    if (!colon)
        return false;
    *colon = 0;
    if (!name_copy(c->name, copy))
        return false;
    for (char *p = strtok_r(colon + 1, ";", &save); p; p = strtok_r(NULL, ";", &save))
        if (!statement(c, p))
            return false;
    return c->nstep > 0;
}

static int parse_all(const char *path, const char *p, size_t n, struct test_case **cases) {
    int count = 0;
    for (const char *end = p + n; p < end; p += strlen(p) + 1) {
        if (!*p)
            continue;
        struct test_case *more = realloc(*cases, (size_t)(count + 1) * sizeof **cases);
        if (!more)
            return -1;
        *cases = more;
        memset(&more[count], 0, sizeof *more);
        if (!parse(&more[count++], p)) {
            fprintf(stderr, "%s: bad case: %s\n", path, p);
            return -1;
        }
    }
    return count;
}

int cases_load(const char *path, struct test_case **cases) {
    int fd = open(path, O_RDONLY | O_CLOEXEC), count = -1;
    size_t names;
    Elf *elf = NULL;

    *cases = NULL;
    if (fd < 0) {
        perror(path);
        return -1;
    }
    elf_version(EV_CURRENT);
    elf = elf_begin(fd, ELF_C_READ, NULL);
    if (!elf || elf_getshdrstrndx(elf, &names)) {
        fprintf(stderr, "%s: not an ELF object\n", path);
        goto out;
    }
    for (Elf_Scn *s = NULL; (s = elf_nextscn(elf, s));) {
        GElf_Shdr h;
        const char *name = gelf_getshdr(s, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;
        Elf_Data *d = name && !strcmp(name, ".oracle") ? elf_getdata(s, NULL) : NULL;
        if (d && d->d_size && !((const char *)d->d_buf)[d->d_size - 1])
            count = parse_all(path, d->d_buf, d->d_size, cases);
    }
    if (count < 0)
        fprintf(stderr, "%s: no cases\n", path);
out:
    elf_end(elf);
    close(fd);
    return count;
}

void cases_free(struct test_case *cases, int n) {
    for (int i = 0; i < n; i++)
        for (uint32_t k = 0; k < cases[i].nstep; k++) {
            bytes_free(&cases[i].step[k].key);
            bytes_free(&cases[i].step[k].value);
            bytes_free(&cases[i].step[k].in.bytes);
        }
    free(cases);
}
