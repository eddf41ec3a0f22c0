# a length that is a pointer
-- asm
r2 = 0
r3 = r10
r3 += -8
r4 = r10
call 26
r0 = 0
exit
-- ctx tc
-- rejected argument-type: main: insn 4 (line 5): argument 4 of bpf_skb_load_bytes: an argument is not what the function takes: r4 = stack
-- kernel rejects R4 type=fp expected=scalar
