/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* waits.c - calls that wait for ever: each is interrupted by the host (supervm-wasi --interrupt). */
#include "guest.h"

static u8 buf[262144];
static u32 n;

__attribute__((export_name("sleep"))) void do_sleep(void) {
    u64 in[6] = {0, 0, 1, (u64)-1}, out[4];
    (void)poll_oneoff(in, out, 1, &n);
}
__attribute__((export_name("poll"))) void do_poll(void) {
    u64 in[6] = {0, 1, 0}, out[4];
    (void)poll_oneoff(in, out, 1, &n);
}
__attribute__((export_name("read"))) void do_read(void) {
    struct vec v = {buf, 10};
    (void)fd_read(0, &v, 1, &n);
}
__attribute__((export_name("write"))) void do_write(void) { /* into a pipe that nobody reads */
    struct vec v = {buf, sizeof buf};
    while (!fd_write(2, &v, 1, &n)) {}
}
__attribute__((export_name("accept"))) void do_accept(void) { (void)sock_accept(LISTENING, 0, &n); }
__attribute__((export_name("recv"))) void do_recv(void) {
    struct vec v = {buf, 10};
    u16 flags;
    (void)sock_recv(CONNECTED, &v, 1, 0, &n, &flags);
}
__attribute__((export_name("send"))) void do_send(void) {
    struct vec v = {buf, sizeof buf};
    while (!sock_send(CONNECTED, &v, 1, 0, &n)) {}
}
