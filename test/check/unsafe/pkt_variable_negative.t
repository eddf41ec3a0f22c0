# a signed byte may lead in front of the packet
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r5 = *(s8 *)(r2 + 0)
r2 += r5
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 10 (line 11): read of 8 bytes outside the packet: r2 = packet + [-128, 127], 0 bytes checked, 8 needed
-- kernel rejects R2 min value is negative, either use unsigned index or do a if (index >=0) check.
