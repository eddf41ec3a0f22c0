# a length of [-1, 62], as a signed number
-- asm
r6 = *(u32 *)(r1 + 0)
r6 &= 63
r6 -= 1
r2 = 0
r3 = r10
r3 += -64
r4 = r6
call 26
r0 = 0
exit
-- ctx tc
-- rejected argument-size: main: insn 7 (line 8): argument 4 of bpf_skb_load_bytes: a size that may be zero, negative or too large: r4 = [-1, 62], and [1, 536870912] is allowed
-- kernel rejects R4 min value is negative, either use unsigned or 'var &= const'
