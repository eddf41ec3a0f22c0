# a helper wants the context, not a place in it
-- asm
r1 += 8
r2 = 0
r3 = r10
r3 += -8
r4 = 8
call 26
r0 = 0
exit
-- ctx tc
-- rejected argument-type: main: insn 5 (line 6): argument 1 of bpf_skb_load_bytes: an argument is not what the function takes: r1 = context + 8
-- kernel rejects dereference of modified ctx ptr R1 off=8 disallowed
