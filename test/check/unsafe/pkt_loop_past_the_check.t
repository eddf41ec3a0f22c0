# 16 bytes checked, 17 read
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 16
if r4 > r3 goto out
r5 = 0
again:
r0 = *(u8 *)(r2 + 0)
r2 += 1
r5 += 1
if r5 < 17 goto again
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 6 (line 8): read of 1 byte outside the packet: r2 = packet + 16, 16 bytes checked, 17 needed
-- kernel rejects R2 offset is outside of the packet
