# the bound is of data + a, the access at data + b
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r5 = *(u8 *)(r2 + 0)
r0 = *(u8 *)(r2 + 1)
r4 = r2
r4 += r5
r2 += r0
r5 = r4
r5 += 8
if r5 > r3 goto out
r0 = *(u64 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 13 (line 14): read of 8 bytes outside the packet: r2 = packet + [0, 255], 0 bytes checked, 8 needed
-- kernel rejects R2 offset is outside of the packet
