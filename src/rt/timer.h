/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* timer.h - the timers of a program: struct bpf_timer in map values. */
#ifndef RT_TIMER_H
#define RT_TIMER_H
#include "rt/mem.h"

enum { TIMER_INIT = 169, MAX_TIMERS = 65536 };
struct timers;
struct timers *timers_new(void); /* NULL: out of memory */
void timers_drop(struct timers *t);
/* The entry of that key goes or gets a new value: its timer, if any, is cancelled and freed. */
void timer_forget(struct ctx *cx, struct map *m, const void *key);

#endif
