/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* request.bpf.c - two programs for a hook that is no kernel's: the host of examples/own_hook.c asks them
 * about each request. */
#include "request.h"
#include "bpf.h"

SEC("request/method") int only_known_methods(struct request_ctx *r) {
    if (r->method == GET || r->method == POST)
        return ALLOW;
    r->status = 405;
    return DENY;
}

SEC("request/body") int no_scripts(struct request_ctx *r) {
    const char *p = (const char *)(long)r->body, *end = (const char *)(long)r->body_end;
    for (; p + 7 <= end; p++)
        if (p[0] == '<' && p[1] == 's' && p[2] == 'c' && p[3] == 'r' && p[4] == 'i' && p[5] == 'p' && p[6] == 't') {
            r->status = 403;
            return DENY;
        }
    return ALLOW;
}
