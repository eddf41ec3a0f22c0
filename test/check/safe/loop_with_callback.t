# 11 calls of bpf_loop
-- asm
r9 = 0
inner:
r1 = 13
r2 = func[cb] ll
r3 = 0
r4 = 0
call 181
r9 += 1
if r9 < 11 goto inner
r0 = 0
exit
cb:
r0 = 0
exit
-- ctx tc
-- accepted
