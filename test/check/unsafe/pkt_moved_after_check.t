# checked 8 bytes, then moved 4 on, then read 8
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r2 += 4
r0 = *(u64 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 6 (line 7): read of 8 bytes outside the packet: r2 = packet + 4, 8 bytes checked, 12 needed
-- kernel rejects R2 offset is outside of the packet
