/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* workers.h - threads that do one job after the other, each its share of every job. */
#ifndef IO_WORKERS_H
#define IO_WORKERS_H
#include "base/error.h"

enum { MAX_WORKERS = 256, MAX_JOBS = 4 };

struct workers;
typedef void worker_fn(void *arg, u32 worker);
/* One worker: no thread is started, and the caller does the work in workers_start. */
struct workers *workers_new(u32 n, struct error *e);
/* A job: fn(arg, i) for each i below n, each in the thread of that worker, which goes from job to job
 * without waiting for the others. At most MAX_JOBS may be given and not yet waited for. */
void workers_start(struct workers *w, worker_fn *fn, void *arg);
/* Waits so long at most for the oldest job; true: it is over, and what the workers wrote is seen. */
bool workers_wait(struct workers *w, u64 ns);
void workers_free(struct workers *w); /* NULL is fine; all jobs have been waited for */

#endif
