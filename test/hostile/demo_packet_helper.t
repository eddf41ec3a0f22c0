# no packet for bpf_skb_load_bytes
-- asm
r2 = 0
r3 = r10
r3 += -8
r4 = 8
call 26
exit
-- ctx demo
-- mem
0102030405060708
-- trap BAD_CONTEXT 4
