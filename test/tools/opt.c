/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* opt.c - what the passes of src/opt find in programs: supervm-opt [-q] FILE...
 * in:  inputs of any kind      out: a line for each thing that was found, and whether it is true: every one is run both
 * ways (test/unit/opt_kit.h). -q: sums alone. At the end 'N passed, N failed' in functions. */
#include "../unit/opt_kit.h"
#include "front/front.h"
#include <stdio.h>

struct tally { u32 passed, failed, switches, compares, ways, loads, stores, pieces, dead, rotates; };

static const char *check(const struct opt *o, struct tally *t, u64 *seed) {
    enum { TIMES = 40 };
    const char *bad = NULL;

    for (u32 k = 0; k < o->switches.n && !bad; k++) {
        bad = opt_check_switch(o->f, o->g, o->live, &o->switches.of[k], seed);
        t->switches++;
        t->compares += o->switches.of[k].ncompare;
        t->ways += o->switches.of[k].nway;
    }
    for (u32 k = 0; k < o->bytes.n; k++) {
        t->loads += !o->bytes.of[k].store;
        t->stores += o->bytes.of[k].store;
        t->pieces += o->bytes.of[k].npiece;
        t->dead += o->bytes.of[k].ndie;
    }
    for (u32 k = 0; k < o->rotates.n; k++) {
        t->rotates++;
        t->dead += o->rotates.of[k].ndie;
    }
    if (!bad)
        bad = opt_check_bytes(o->f, o->g, o->live, &o->bytes, TIMES, seed);
    return bad ? bad : opt_check_rotates(o->f, o->g, o->live, &o->rotates, TIMES, seed);
}

static void one(const char *path, const struct func *f, bool quiet, struct tally *t) {
    struct arena a = {0};
    struct error e = {0};
    struct cfg g;
    struct live l;
    struct opt o = {.f = f, .g = &g, .live = &l};
    struct buf b = {0};
    u64 seed = f->nslot;
    const char *bad;

    if (cfg_build(&g, f, &a, &e) || live_build(&l, f, &g, &a, &e) || opt_run(&o, OPT_ALL, &a, &e)) bad = e.text;
    else bad = check(&o, t, &seed);
    if (o.switches.n + o.bytes.n + o.rotates.n && (!quiet || bad)) {
        opt_print(&o, &b);
        printf("%s: %s:\n%s", path, f->name, buf_str(&b));
    }
    if (bad) {
        printf("FAIL %s: %s: %s\n", path, f->name, bad);
        t->failed++;
    } else {
        t->passed++;
    }
    buf_free(&b);
    arena_drop(&a);
}

static void file(const char *path, bool quiet, struct tally *t) {
    struct load_options o = {.name = path};
    struct module m = {0};
    struct error e = {0};
    struct buf in = {0};
    const struct front *front;

    if (buf_read_file(&in, path, 1u << 30)) {
        perror(path);
        t->failed++;
        return;
    }
    front = front_sniff(in.data, in.len);
    if (!front || front->load(&m, in.data, in.len, &o, &e) || validate(&m, &o.limits, &e)) {
        if (!quiet) printf("%s: %s\n", path, front ? e.text : "of no known kind");
    } else {
        for (u32 k = 0; k < m.nfunc; k++)
            if (!m.func[k].typed) one(path, &m.func[k], quiet, t);
    }
    module_free(&m);
    buf_free(&in);
}

int main(int argc, char **argv) {
    struct tally t = {0};
    bool quiet = argc > 1 && !strcmp(argv[1], "-q");

    if (argc < 2 + quiet) {
        fprintf(stderr, "usage: supervm-opt [-q] FILE...\n");
        return 1;
    }
    for (int k = 1 + quiet; k < argc; k++) file(argv[k], quiet, &t);
    printf("%u switches of %u compares, %u ways; %u wide loads and %u wide stores of %u pieces; %u rotates; %u instructions less\n",
           t.switches, t.compares, t.ways, t.loads, t.stores, t.pieces, t.rotates, t.dead);
    printf("%u passed, %u failed\n", t.passed, t.failed);
    return t.failed ? 1 : 0;
}
