# the frame at -512 - [0, 7]
-- asm
r2 = *(u32 *)(r1 + 16)
r2 &= 7
r2 = -r2
r3 = r10
r3 += -512
r3 += r2
*(u8 *)(r3 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected stack-bounds: main: insn 6 (line 7): write of 1 byte outside the frame: r3 = stack + [-519, -512]
-- kernel rejects invalid variable-offset write to stack R3 var_off=(0x0; 0xffffffffffffffff) off=-512 size=1
