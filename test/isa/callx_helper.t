# the number of a helper in a register: 5 is ktime_get_ns
-- asm
r2 = 5
callx r2
r1 = r0
r0 = 0
if r1 == 0 goto out
r0 = 1
out:
exit
-- result
0x1
