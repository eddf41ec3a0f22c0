# a store to the frame at -8 + [0, 15]
-- asm
r2 = *(u32 *)(r1 + 16)
r2 &= 15
r3 = r10
r3 += -8
r3 += r2
*(u8 *)(r3 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 5 (line 6): write of 1 byte outside the frame: r3 = stack + [-8, 7]
-- kernel rejects invalid variable-offset write to stack R3 var_off=(0x0; 0xf) off=-8 size=1
