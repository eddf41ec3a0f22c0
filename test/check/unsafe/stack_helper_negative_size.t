# a negative length
-- asm
r1 = r10
r1 += -8
r2 = -8
call 16
r0 = 0
exit
-- ctx xdp
-- rejected argument-size: main: insn 3 (line 4): argument 2 of bpf_get_current_comm: a size that may be zero, negative or too large: r2 = -8, and [1, 536870912] is allowed
-- kernel rejects R2 min value is negative, either use unsigned or 'var &= const'
