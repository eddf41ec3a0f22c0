/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* sockets.c - helpers on sockets. There are none here: a look-up finds nothing, as in the kernel where no
 * socket fits, and what takes a socket can only have been handed something else. */
#include "rt/helpers/helpers.h"

#define FINDS_NONE(name)                                                                                               \
    H(name) {                                                                                                          \
        return 0;                                                                                                      \
    }
FINDS_NONE(sk_lookup_tcp)
FINDS_NONE(sk_lookup_udp)
FINDS_NONE(skc_lookup_tcp)

#define TAKES_ONE(name)                                                                                                \
    H(name) {                                                                                                          \
        return trap(cx, TRAP_BAD_HANDLE);                                                                              \
    }
TAKES_ONE(sk_release)
TAKES_ONE(sk_fullsock)
TAKES_ONE(tcp_sock)
TAKES_ONE(get_listener_sock)
TAKES_ONE(tcp_check_syncookie)
TAKES_ONE(tcp_gen_syncookie)
TAKES_ONE(sk_assign)
TAKES_ONE(sk_cgroup_id)
TAKES_ONE(sk_ancestor_cgroup_id)
TAKES_ONE(skc_to_tcp6_sock)
TAKES_ONE(skc_to_tcp_sock)
TAKES_ONE(skc_to_tcp_timewait_sock)
TAKES_ONE(skc_to_tcp_request_sock)
TAKES_ONE(skc_to_udp6_sock)
TAKES_ONE(skc_to_unix_sock)
TAKES_ONE(skc_to_mptcp_sock)
