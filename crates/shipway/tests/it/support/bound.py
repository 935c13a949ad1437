"""Becomes another program that dies with the process that started this one: bound.py PARENT PROGRAM ARGUMENT..."""

import ctypes
import os
import signal
import sys

SET_PARENT_DEATH_SIGNAL = 1

if ctypes.CDLL(None, use_errno=True).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL) != 0:
    sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
# The parent may have died before it was watched.
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
