-- raw
ff 00 00 00 00 00 00 00
95 00 00 00 00 00 00 00
-- error
from .svm input only
