"""A filter of the kernel that takes system calls away from this process and all that it starts, for good.

Written as the classic BPF program that seccomp(2) takes. Numbers of the calls: arch/x86/entry/syscalls/syscall_64.tbl
and include/uapi/asm-generic/unistd.h of Linux.
"""

import ctypes
import errno
import os
import struct
import sys

X86 = (
    "socket 41 connect 42 bind 49 socketpair 53 execve 59 execveat 322 fork 57 vfork 58 clone 56 clone3 435 "
    "ptrace 101 kill 62 tkill 200 tgkill 234 pidfd_send_signal 424 process_vm_readv 310 process_vm_writev 311 "
    "io_uring_setup 425 bpf 321 unshare 272 setns 308 mount 165 keyctl 250 open 2 creat 85 openat 257 openat2 437 "
    "open_by_handle_at 304 memfd_create 319 userfaultfd 323 perf_event_open 298 chmod 90 fchmodat 268 unlink 87 "
    "unlinkat 263 rename 82 renameat 264 renameat2 316 mkdir 83 mkdirat 258 link 86 linkat 265 symlink 88 "
    "symlinkat 266 mknod 133 mknodat 259 truncate 76 "
)
ARM = (
    "socket 198 connect 203 bind 200 socketpair 199 execve 221 execveat 281 clone 220 clone3 435 ptrace 117 kill 129 "
    "tkill 130 tgkill 131 pidfd_send_signal 424 process_vm_readv 270 process_vm_writev 271 io_uring_setup 425 "
    "bpf 280 unshare 97 setns 268 mount 40 keyctl 219 openat 56 openat2 437 open_by_handle_at 265 memfd_create 279 "
    "userfaultfd 282 perf_event_open 241 fchmodat 53 unlinkat 35 renameat 38 renameat2 276 mkdirat 34 linkat 37 "
    "symlinkat 36 mknodat 33 truncate 45 "
)
MACHINES = {"x86_64": (0xC000003E, X86), "aarch64": (0xC00000B7, ARM)}
"""Of each machine its AUDIT_ARCH and its calls, each with its number."""

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, DENY, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
X32 = 0x40000000
"""From this number on stand the same calls once more on x86_64, for programs with short pointers."""
SET_SECCOMP, FILTER = 22, 2


def forbid() -> bool:
    """Take the calls away and say whether it worked: False where the kernel or the machine has no such filter.

    `no_new_privs` has to be set before. A forbidden call answers EPERM; what is started in it, signals, files that
    are opened and sockets are forbidden, so every import has to have happened.
    """
    machine = os.uname().machine if sys.platform == "linux" else ""
    if machine not in MACHINES:
        return False
    code = program(*MACHINES[machine])
    buffer = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong]
    return bool(call(SET_SECCOMP, FILTER, head, 0, 0) == 0)


def program(architecture: int, calls: str) -> bytes:
    """Return the filter as bytes, eight a step: another architecture is killed, a forbidden call is denied."""
    numbers = sorted(int(word) for word in calls.split()[1::2])
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    steps.append((AT_LEAST, len(numbers) + 1, 0, X32))
    steps += [(EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, DENY)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
