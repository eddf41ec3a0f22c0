# a helper that nobody knows
-- asm
call 5000
exit
-- error unknown helper 5000
