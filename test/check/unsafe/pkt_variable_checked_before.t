# checked at data + n, read at data + n + m
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r5 = *(u8 *)(r2 + 0)
r4 = *(u8 *)(r2 + 1)
r2 += r5
r5 = r2
r5 += 20
if r5 > r3 goto out
r2 += r4
r0 = *(u32 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 12 (line 13): read of 4 bytes outside the packet: r2 = packet + [0, 510], 0 bytes checked, 4 needed
-- kernel rejects R2 offset is outside of the packet
