# r0 is set where the packet is short only
-- asm
r2 = *(u32 *)(r1 + 16)
if r2 > 3 goto out
r0 = 1
out:
exit
-- ctx xdp
-- rejected uninitialised-register: main: insn 3 (line 5): r0 is read, and nothing was ever written to it: r0 = never written
-- kernel rejects R0 !read_ok
