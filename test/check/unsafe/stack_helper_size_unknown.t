# a length that nothing bounds
-- asm
r2 = *(u32 *)(r1 + 16)
if r2 == 0 goto out
r1 = r10
r1 += -64
call 16
out:
r0 = 0
exit
-- ctx xdp
-- rejected argument-size: main: insn 4 (line 5): argument 2 of bpf_get_current_comm: a size that may be zero, negative or too large: r2 = [1, 4294967295], and [1, 536870912] is allowed
-- kernel rejects R2 unbounded memory access, use 'var &= const' or 'if (var < const)'
