# reading a packet by skb_load_bytes is for tc and socket filters
-- asm
r2 = 0
r3 = r10
r3 += -8
r4 = 8
call 26
r0 = 0
exit
-- ctx xdp
-- rejected program-type: main: insn 4 (line 5): bpf_skb_load_bytes: a function that this type of program may not call
-- kernel rejects program of this type cannot use helper bpf_skb_load_bytes#26
