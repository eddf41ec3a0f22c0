# 14 bytes checked, 15 read
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r0 = *(u8 *)(r2 + 14)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 5 (line 6): read of 1 byte outside the packet: r2 = packet, 14 bytes checked, 15 needed
-- kernel rejects R2 offset is outside of the packet
