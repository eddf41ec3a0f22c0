# data + 8 < end leaves 9 bytes, and this is the tenth
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 8
if r4 < r3 goto read
r0 = 0
exit
read:
r0 = *(u8 *)(r2 + 9)
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 7 (line 9): read of 1 byte outside the packet: r2 = packet, 9 bytes checked, 10 needed
-- kernel rejects R2 offset is outside of the packet
