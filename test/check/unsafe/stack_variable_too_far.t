# the frame at -16 + [0, 31]
-- asm
*(u64 *)(r10 - 8) = 0
*(u64 *)(r10 - 16) = 0
r2 = *(u32 *)(r1 + 16)
r2 &= 31
r3 = r10
r3 += -16
r3 += r2
r0 = *(u8 *)(r3 + 0)
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 7 (line 8): read of 1 byte outside the frame: r3 = stack + [-16, 15]
-- kernel rejects invalid variable-offset read from stack R3 var_off=(0x0; 0x1f) off=-16 size=1
