# in front of the packet
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u8 *)(r2 - 1)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 5 (line 6): read of 1 byte outside the packet: r2 = packet, 8 bytes checked, and the access begins 1 bytes before
-- kernel rejects R2 offset is outside of the packet
