# no such helper
-- asm
call 9999
exit
-- ctx xdp
-- rejected unknown-function: main: insn 0 (line 1): a function that is not available here
-- kernel rejects invalid func unknown#9999
