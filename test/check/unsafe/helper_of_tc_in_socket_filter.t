# a socket filter does not change the packet
-- asm
r2 = 0
r3 = r10
r3 += -8
*(u64 *)(r10 - 8) = 0
r4 = 8
r5 = 0
call 9
r0 = 0
exit
-- ctx socket_filter
-- rejected program-type: main: insn 6 (line 7): bpf_skb_store_bytes: a function that this type of program may not call
-- kernel rejects program of this type cannot use helper bpf_skb_store_bytes#9
