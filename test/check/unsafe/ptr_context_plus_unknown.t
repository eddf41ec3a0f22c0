# the context at an offset that nothing knows
-- asm
r2 = *(u32 *)(r1 + 16)
r1 += r2
r0 = *(u32 *)(r1 + 0)
exit
-- ctx xdp
-- rejected variable-offset: main: insn 2 (line 3): read of 4 bytes: an access at an offset that is not constant, where it has to be: r1 = context + [0, 4294967295]
-- kernel rejects variable ctx access var_off=(0x0; 0xffffffff) disallowed
