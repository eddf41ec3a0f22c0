# cgroup programs read the packet only
-- asm
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 80)
r4 = r2
r4 += 8
r0 = 1
if r4 > r3 goto out
*(u8 *)(r2 + 0) = 1
out:
exit
-- ctx cgroup_skb
-- rejected read-only: main: insn 6 (line 7): write of 1 byte: a store to memory that may only be read (packet): r2 = packet, 8 bytes checked
-- kernel rejects cannot write into packet
