# 0 goes on, 1 stops
-- asm
r1 = 1000
r2 = func[cb] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
cb:
r0 = 0
if r1 < 5 goto out
r0 = 1
out:
exit
-- ctx xdp
-- accepted
