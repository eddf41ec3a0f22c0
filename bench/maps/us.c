/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* us.c - the side of the library: the default configuration, through the public interface. */
#include "maps.h"
#include "supervm/supervm.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct us {
    struct side side;
    struct svm *vm;
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in;
    struct svm_error e;
};

static int count_only(void *arg, const void *data, size_t len) {
    (void)data, (void)len;
    ++*(uint64_t *)arg;
    return 0;
}

static bool put(void *side, const char *name, const void *key, const void *value) {
    struct us *u = side;
    struct svm_map *map = svm_program_map(u->p, name);
    return map && !svm_map_update(map, key, value, 0);
}

static double run_in(struct svm_instance *in, const struct svm_entry *e, struct state *s, unsigned runs) {
    struct svm_packet pkt = {.data = (uint8_t *)s, .len = sizeof *s};
    struct svm_input i = {.kind = SVM_KIND_XDP, .packet = &pkt};
    struct svm_result r;
    double t = cpu_ns();
    for (unsigned n = 0; n < runs; n++)
        if (svm_run_entry(in, e, &i, &r, NULL))
            return -1;
    return (cpu_ns() - t) / runs;
}

static double run(struct side *side, const char *prog, struct state *s, unsigned runs) {
    struct us *u = (struct us *)side;
    uint64_t n = 0;
    double t = run_in(u->in, svm_program_entry(u->p, prog), s, runs);
    svm_ringbuf_consume(svm_program_map(u->p, "ring"), count_only, &n, SIZE_MAX);
    return t;
}

static double memory(struct side *side, const char *map) {
    return (double)svm_map_memory(svm_program_map(((struct us *)side)->p, map));
}

static void close_us(struct side *side) {
    struct us *u = (struct us *)side;
    svm_instance_free(u->in);
    svm_program_free(u->p);
    svm_module_free(u->m);
    svm_free(u->vm);
    free(u);
}

struct side *us_open(const char *object, const char *engine, const char **error) {
    static struct svm_error last;
    struct svm_config c = SVM_CONFIG_INIT;
    struct us *u = calloc(1, sizeof *u);
    if (!u)
        return NULL;
    u->side = (struct side){run, memory, close_us};
    c.engine = engine;
    if ((u->vm = svm_new(&c, &last)) && (u->m = svm_module_load_file(u->vm, object, NULL, &last)) &&
        (u->p = svm_program_link(u->m, NULL, &last)) && (u->in = svm_instance_new(u->p, &last)) && fill(put, u))
        return &u->side;
    *error = last.text[0] ? last.text : "a map cannot be filled";
    close_us(&u->side);
    return NULL;
}

struct worker {
    struct svm_instance *in;
    const struct svm_entry *e;
    struct state s;
    unsigned runs;
    pthread_barrier_t *start;
    double ns;
};

static void *work(void *arg) {
    struct worker *w = arg;
    if (w->start)
        pthread_barrier_wait(w->start);
    w->ns = run_in(w->in, w->e, &w->s, w->runs);
    return NULL;
}

double us_scale(struct side *side, const char *prog, uint32_t n, unsigned runs) {
    struct us *u = (struct us *)side;
    struct worker w[2] = {0}, alone;
    pthread_barrier_t start;
    pthread_t other;
    pthread_barrier_init(&start, NULL, 2);
    for (uint32_t i = 0; i < 2; i++)
        w[i] = (struct worker){i ? svm_instance_new(u->p, NULL) : u->in,
                               svm_program_entry(u->p, prog),
                               {.x = i + 1, .mask = n / 2 - 1, .or = i * n / 2},
                               runs,
                               NULL,
                               0};
    alone = w[0];
    work(&alone);
    for (int i = 0; i < 2; i++)
        w[i].start = &start;
    pthread_create(&other, NULL, work, &w[1]);
    work(&w[0]);
    pthread_join(other, NULL);
    svm_instance_free(w[1].in);
    pthread_barrier_destroy(&start);
    return alone.ns / w[0].ns + alone.ns / w[1].ns;
}
