# r10 plus a number that nothing bounds
-- asm
r2 = *(u32 *)(r1 + 16)
r3 = r10
r3 += r2
r0 = *(u8 *)(r3 + 0)
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 3 (line 4): read of 1 byte outside the frame: r3 = stack + [0, 4294967295]
-- kernel rejects invalid unbounded variable-offset read from stack R3
