# reads where the packet is too short
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto read
r0 = 0
exit
read:
r0 = *(u8 *)(r2 + 0)
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 7 (line 9): read of 1 byte outside the packet: r2 = packet, 0 bytes checked, 1 needed
-- kernel rejects R2 offset is outside of the packet
