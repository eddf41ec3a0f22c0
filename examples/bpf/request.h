/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* request.h - the context of programs in section "request", as examples/own_hook.c describes it. */
#ifndef EXAMPLE_REQUEST_H
#define EXAMPLE_REQUEST_H

enum { GET = 1, POST = 2 };
enum { ALLOW = 0, DENY = 1 };

struct request_ctx {
    unsigned method, status; /* status may be written */
    unsigned body, body_end; /* pointers, as data and data_end of an XDP program */
};

#endif
