/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* events.c - a simulation of queues: a heap of events, each with a handler that is called through a pointer and
 * plans others: indirect calls, sifting, 64-bit times.
 * bench: n=6000 */
#include "bench.h"

enum { MOST = 512, STATIONS = 16 };

struct event {
    u64 time;
    void (*handler)(struct event *e);
    u32 station, job;
};
static struct event heap[MOST];
static u32 nheap, hash, queue[STATIONS], done;
static u64 seed;

static void push(const struct event *e) {
    u32 i = nheap;
    if (nheap == MOST)
        return;
    nheap++;
    for (; i && heap[(i - 1) / 2].time > e->time; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = *e;
}

static struct event pop(void) {
    struct event first = heap[0], last = heap[--nheap];
    u32 i = 0;
    for (;;) {
        u32 c = 2 * i + 1;
        if (c >= nheap)
            break;
        c += c + 1 < nheap && heap[c + 1].time < heap[c].time;
        if (heap[c].time >= last.time)
            break;
        heap[i] = heap[c];
        i = c;
    }
    heap[i] = last;
    return first;
}

static void arrive(struct event *e);
static void serve(struct event *e);
static void leave(struct event *e);
static void audit(struct event *e);

static void plan(const struct event *e, void (*handler)(struct event *), u64 later, u32 station) {
    struct event next = {e->time + later, handler, station, e->job};
    push(&next);
}

static NOINLINE void arrive(struct event *e) {
    queue[e->station]++;
    plan(e, serve, 10 * queue[e->station], e->station);
    if (nheap < MOST / 2) {
        struct event other = {e->time + next_random(&seed) % 64, arrive, (u32)next_random(&seed) % STATIONS,
                              e->job + 1};
        push(&other);
    }
}
static NOINLINE void serve(struct event *e) {
    u64 r = next_random(&seed);
    queue[e->station]--;
    if (r % 3)
        plan(e, arrive, r >> 8 & 31, (u32)(r >> 16) % STATIONS);
    else
        plan(e, leave, r >> 8 & 15, e->station);
}
static NOINLINE void leave(struct event *e) {
    hash = mix(hash, e->job ^ e->station << 16);
    done++;
    if (done % 32 == 0)
        plan(e, audit, 5, 0);
}
static NOINLINE void audit(struct event *e) {
    for (u32 i = 0; i < STATIONS; i++)
        hash = mix(hash, queue[i] + (u32)e->time);
}

EXPORT u32 bench(u32 n) {
    struct event first = {0, arrive, 0, 1};
    nheap = hash = done = 0;
    seed = 17;
    for (u32 i = 0; i < STATIONS; i++)
        queue[i] = 0;
    push(&first);
    for (u32 i = 0; i < n && nheap; i++) {
        struct event e = pop();
        e.handler(&e);
    }
    return mix(hash, done);
}
