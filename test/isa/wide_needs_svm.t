-- asm
r0 = r1 + r2
exit
-- error
eBPF has no such form
