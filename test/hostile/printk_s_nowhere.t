# %s of a made-up address prints nothing
-- asm
r3 = 0x400000 ll
r4 = 2
r5 = 3
r2 = 4
call 6
exit
-- mem
25737c00
-- result 1
-- print |
