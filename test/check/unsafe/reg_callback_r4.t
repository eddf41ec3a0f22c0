# a callback of bpf_loop has two arguments
-- asm
r1 = 10
r2 = func[cb] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
cb:
r0 = r4
r0 = 0
exit
-- ctx xdp
-- rejected uninitialised-register: cb: insn 0 (line 9): r4 is read, and nothing was ever written to it: r4 = never written
-- kernel rejects R4 !read_ok
