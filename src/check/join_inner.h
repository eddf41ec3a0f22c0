/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* join_inner.h - the nodes of joined states, as join.c makes them and join_length.c adds them up. */
#ifndef CHECK_JOIN_INNER_H
#define CHECK_JOIN_INNER_H
#include "check/join.h"

enum { HASH = 1024, PLACES = NREG_EBPF + SLOTS };

struct node {
    u32 next;                   /* in its bucket */
    u32 func, pc, nframe, root; /* root: the function of the first frame */
    u32 visits;                 /* times followed */
    u64 insns;                  /* of its ways */
    u32 self, ret[FRAMES];
    u64 order[FRAMES]; /* where each frame stands: its block in reverse post order, its instruction */
    u32 nref, lock_map;
    u16 rcu, preempt;
    bool queued, head;
    struct state *s,
        *narrow; /* NULL: nothing came, or it is done with; narrow: of the round that makes them narrower */
    /* of heads, in the last round: for each place of the top frame whether all that comes round moved it on, up or down
     */
    s32 *up, *down; /* least and most; PLACES */
    u16 adds, sets; /* registers of its frame, in the last round: something was added to them, step at least; else written */
    u64 step[REG_FP];
    u32 mark;       /* of who walks over nodes */
    u32 *own;       /* ids that the head gives its numbers; PLACES */
    u32 *from;
    u32 nfrom, capfrom; /* nodes that lead here */
    u32 *back;
    u32 nback, capback; /* nodes that come back here */
    u32 ncame;          /* of them those where a callback ends that is run here */
    u64 drains;         /* slots of the top frame with an iterator of which each round takes an element */
};

struct join {
    struct check *c;
    struct node **node;
    u32 n, cap;
    u32 bucket[HASH];
    struct state **spare;
    u32 nspare, capspare; /* states that are done with */
    u32 *heap;
    u32 nheap;
    enum { RISING, NARROWING, LOOKING } phase;
    struct node *at; /* the node whose way is followed */
    s64 *step;
    u32 nstep; /* constants of the program */
    u64 steps, most;
    u32 marks;    /* walks over nodes so far */
    bool widened; /* a state may be wider than it need be */
    bool failed;
    bool quiet; /* what is found does not count, in the last round either */
    bool plain; /* no function that is come to has a loop: one round is all, and a node that was followed is done */
};

void join_enqueue(struct join *j, u32 n); /* nodes that are due come out in order, loops outside others first */
u32 join_dequeue(struct join *j);
void join_append(struct join *j, u32 **list, u32 *n, u32 *cap, u32 i);

/* --- join_trips.c --- */
void join_name(struct join *j, struct node *n, struct state *s);
void join_measure(struct join *j, struct node *h);   /* j->c->s has come round to it */
void join_came_back(struct join *j, struct node *h); /* a callback has, to the call that runs it */
void join_moves(struct join *j);                     /* the instruction that is to be stepped, of j->at's way */
/* How often the head is come to at most; 0: not known. body: it and all nodes from which it is come to again without passing it. */
u64 join_trips(struct join *j, const struct node *h, const u32 *body, u32 n);
u64 join_rounds(const struct join *j, const struct node *h); /* and each time, with callbacks that come back to the call here */

/* The most instructions that a run takes, 0 where it is not known. False: some loop has no end that was found, or
 * memory is out. */
bool join_length(struct join *j, u64 *total);

#endif
