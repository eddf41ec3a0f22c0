# metadata ends where the packet begins
-- asm
r2 = *(u32 *)(r1 + 8)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 5 (line 6): read of 4 bytes outside the packet metadata: r2 = packet metadata, 0 bytes checked, 4 needed
-- kernel rejects R2 offset is outside of the packet
