"""A program and everything it starts, stopped at each system call that changes something.

`strace -e inject=write:when=N` counts N for every traced process and thread on its own, so it cannot name one point
of a run that is six threads and a hundred git processes. This is the same mechanism (ptrace, with a seccomp filter so
that only the calls that matter stop) with one count over the whole tree. At its point the call is not carried out:
the tree is killed, or the process that made the call, or the call fails with an error number.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

POSSIBLE = platform.system() == "Linux" and platform.machine() == "x86_64"
CALLS = {
    1: "write", 18: "pwrite64", 20: "writev", 40: "sendfile", 326: "copy_file_range", 285: "fallocate",
    2: "open", 85: "creat", 257: "openat",
    82: "rename", 264: "renameat", 316: "renameat2", 86: "link", 265: "linkat", 88: "symlink", 266: "symlinkat",
    87: "unlink", 263: "unlinkat", 84: "rmdir", 83: "mkdir", 258: "mkdirat",
    76: "truncate", 77: "ftruncate", 74: "fsync", 75: "fdatasync",
    90: "chmod", 91: "fchmod", 268: "fchmodat", 132: "utime", 280: "utimensat",
    42: "connect", 44: "sendto", 46: "sendmsg", 307: "sendmmsg", 45: "recvfrom",
}  # fmt: skip
"""Number -> name (x86-64)."""
HEARING = "recvfrom"
"""Changes nothing, so there is no use in dying at it; but an answer can be lost in it."""
_ON_A_FILE = frozenset({"write", "pwrite64", "writev", "sendfile", "copy_file_range", HEARING})
_OPENING = {"open": 1, "openat": 2}
"""Name -> place of the flags."""

_BESIDE = ("pipe:", "anon_inode:", "/dev/null", "/dev/tty", "/dev/pts/", "/proc/", "/memfd:")

_TRACEME, _CONT, _SETREGS, _GETREGS, _SETOPTIONS, _INFO = 0, 7, 13, 12, 0x4200, 0x420E
_OPTIONS = 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000  # fork, vfork, clone, exec, seccomp; all die with the tracer
_SECCOMP_STOP = signal.SIGTRAP | 7 << 8
_EVENTS = frozenset(signal.SIGTRAP | event << 8 for event in (1, 2, 3, 4))
_WALL = 0x40000000
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _TRACE = 0x7FFF0000, 0x7FF00000
_LOAD_NUMBER, _IF_EQUAL, _RETURN = (0x20, 0, 0, 0), 0x15, 0x06
_CALL_NUMBER, _RESULT, _FIRST_ARGUMENT = 15, 10, 14
"""Places of `orig_rax`, `rax` and `rdi` in `struct user_regs_struct`."""
_TAKE_DESCRIPTOR = 438
"""pidfd_getfd(2)."""


class Fault(StrEnum):
    """What happens at the point."""

    NOTHING = "nothing"
    TREE = "the whole tree is killed"
    SELF = "the process that made the call is killed"
    ERROR = "the call fails once"
    ERRORS = "the call and every later one within reach fails"


@dataclass(frozen=True, slots=True)
class Call:
    """One state-changing call: its name, and the file, folder or socket it is about; a socket with what it asks."""

    name: str
    target: str


@dataclass(slots=True)
class Traced:
    """What was seen: the calls in their order, which was hit, how the program ended (`os.waitstatus_to_exitcode`)."""

    calls: list[Call] = field(default_factory=list)
    hit: Call | None = None
    code: int = 0


def changes_something(call: Call) -> bool:
    """Whether *call* leaves anything behind: a file nobody can find again is gone with whoever holds it."""
    return call.name != HEARING and not call.target.endswith(" (deleted)")


@dataclass(frozen=True, slots=True)
class Aim:
    """Which call is hit, and how: the *at*-th within reach that is a *name* ('': any) of something ending in *end*."""

    at: int = 0
    fault: Fault = Fault.NOTHING
    error: int = 0
    reach: Callable[[Call], bool] = changes_something
    name: str = ""
    end: str = ""

    def counts(self, call: Call) -> bool:
        """Whether *call* is one of those that are counted."""
        return self.reach(call) and self.name in {"", call.name} and call.target.endswith(self.end)


def trace(program: Callable[[], int], aim: Aim) -> Traced:
    """Run *program* in a process of its own, with all it starts; return what was seen."""
    first = os.fork()
    if first == 0:
        _begin(program)
    os.waitpid(first, 0)
    _ptrace(_SETOPTIONS, first, 0, _OPTIONS)
    _ptrace(_CONT, first, 0, 0)
    watch = _Watch(aim, first)
    while watch.step():
        pass
    return watch.seen


def _begin(program: Callable[[], int]) -> None:
    code = 70
    try:
        os.setpgid(0, 0)
        _ptrace(_TRACEME, 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        _filter()
        code = program()
    finally:
        os._exit(code)


@dataclass(slots=True)
class _Watch:
    aim: Aim
    first: int
    seen: Traced = field(default_factory=Traced)
    hits: int = 0
    alive: set[int] = field(default_factory=set)
    """Processes and threads."""
    over: bool = False
    """The tree is killed: whoever still turns up is too."""
    asked: dict[str, str] = field(default_factory=dict)
    """Socket -> the last request on it, such as `POST /x/2/tweets`."""

    def step(self) -> bool:
        """Wait for the next stop or end of any process or thread; False when all are gone."""
        try:
            pid, status = os.waitpid(-self.first, _WALL)
        except ChildProcessError:
            return False
        if not os.WIFSTOPPED(status):
            self.alive.discard(pid)
            if pid == self.first:
                self.seen.code = os.waitstatus_to_exitcode(status)
            return True
        self.alive.add(pid)
        stop, pass_on = status >> 8, 0
        if self.over:
            _kill(pid)
        elif stop == _SECCOMP_STOP:
            self._judge(pid)
        elif stop not in _EVENTS and stop != signal.SIGSTOP:
            pass_on = stop
        _ptrace(_CONT, pid, 0, pass_on, gone=True)
        return True

    def _judge(self, pid: int) -> None:
        call = _call(pid)
        if call is None:
            return
        call = self._named(call)
        self.seen.calls.append(call)
        if self.aim.counts(call):
            self.hits += 1
            if self.hits == self.aim.at:
                self.seen.hit = call
                self._hit(pid)
                return
        if self.aim.fault is Fault.ERRORS and self.seen.hit and self.aim.reach(call):
            self._hit(pid)

    def _named(self, call: Call) -> Call:
        if not call.target.startswith("socket:"):
            return call
        place, _, asked = call.target.partition(" ")
        self.asked[place] = asked or self.asked.get(place, "")
        return replace(call, target=f"{place} {self.asked[place]}".rstrip())

    def _hit(self, pid: int) -> None:
        match self.aim.fault:
            case Fault.TREE:
                self.over = True
                for each in self.alive:
                    _kill(each)
            case Fault.SELF:
                _kill(_process_of(pid))
            case Fault.ERROR | Fault.ERRORS:
                _fail(pid, self.aim.error)


def _call(pid: int) -> Call | None:
    """Return the call *pid* is stopped at; None for one on a pipe, a device, or a file opened to be read."""
    info = ctypes.create_string_buffer(88)
    if _ptrace(_INFO, pid, len(info), ctypes.addressof(info), gone=True) <= 0:
        return None
    number, *arguments = struct.unpack_from("<7Q", info, 24)
    name = CALLS[number]
    if name in _OPENING and not arguments[_OPENING[name]] & (os.O_CREAT | os.O_TRUNC):
        return None
    target = _target(pid, name, arguments)
    return None if target.startswith(_BESIDE) or (name in _ON_A_FILE and not target) else Call(name, target)


_PATHS = {"rename": 1, "renameat": 3, "renameat2": 3, "link": 1, "linkat": 3, "symlink": 1, "symlinkat": 2,
          "openat": 1, "unlinkat": 1, "mkdirat": 1, "fchmodat": 1, "utimensat": 1}  # fmt: skip
"""Place of the path that is changed, where it is not the first argument."""
_BY_DESCRIPTOR = frozenset({
    *_ON_A_FILE, "fallocate", "ftruncate", "fsync", "fdatasync", "fchmod", "connect", "sendto", "sendmsg", "sendmmsg"
})  # fmt: skip


def _target(pid: int, name: str, arguments: list[int]) -> str:
    if name in _BY_DESCRIPTOR:
        place = 2 if name == "copy_file_range" else 0
        try:
            found = str(Path(f"/proc/{pid}/fd/{arguments[place]}").readlink())
        except OSError:
            return ""
        return f"{found}{_asked(pid, *arguments[1:3])}" if name == "sendto" else found
    address = arguments[_PATHS.get(name, 0)]
    # Not beyond the page: the next one may not be there.
    return _memory(pid, address, 4096 - address % 4096).split(b"\0")[0].decode(errors="replace")


def _asked(pid: int, address: int, length: int) -> str:
    """Return method and path of the request that begins at *address*, after a space; '' where none does."""
    line, ending, _ = _memory(pid, address, min(length, 4096)).partition(b" HTTP/1.1\r\n")
    return f" {line.decode(errors='replace')}" if ending else ""


def _memory(pid: int, address: int, length: int) -> bytes:
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            memory.seek(address)
            return memory.read(length)
    except OSError:
        return b""


def _process_of(thread: int) -> int:
    status = Path(f"/proc/{thread}/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("\nTgid:")[2].split()[0])


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _fail(pid: int, error: int) -> None:
    """Skip the call *pid* is stopped at; it returns *error*, and a connection that was reset is so for good."""
    registers = (ctypes.c_ulonglong * 27)()
    _ptrace(_GETREGS, pid, 0, ctypes.addressof(registers))
    if error == errno.ECONNRESET:
        _cut(_process_of(pid), registers[_FIRST_ARGUMENT])
    registers[_CALL_NUMBER], registers[_RESULT] = 2**64 - 1, 2**64 - error
    _ptrace(_SETREGS, pid, 0, ctypes.addressof(registers))


def _cut(process: int, descriptor: int) -> None:
    known = os.pidfd_open(process)
    taken = _libc().syscall(_TAKE_DESCRIPTOR, known, ctypes.c_int(descriptor), 0)
    os.close(known)
    with socket.socket(fileno=taken) as connection, suppress(OSError):  # one that never stood cannot be cut
        connection.shutdown(socket.SHUT_RDWR)


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    return libc


def _ptrace(request: int, pid: int, address: int, data: int, *, gone: bool = False) -> int:
    """Call ptrace; a process that is *gone* meanwhile may be allowed for."""
    answer: int = _libc().ptrace(request, pid, address, data)
    if answer < 0 and not (gone and ctypes.get_errno() == errno.ESRCH):
        raise OSError(ctypes.get_errno(), f"ptrace {request}")
    return answer


def _filter() -> None:
    """Let only CALLS stop; this holds for everything started from here."""
    rules = [_LOAD_NUMBER]
    for left, number in zip(range(len(CALLS), 0, -1), CALLS, strict=True):
        rules.append((_IF_EQUAL, left, 0, number))
    rules += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _TRACE)]
    code = b"".join(struct.pack("<HBBI", *rule) for rule in rules)
    kept = ctypes.create_string_buffer(code)
    head = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(rules), ctypes.addressof(kept)))
    libc = _libc()
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(
        _SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(head))
    ):
        raise OSError(ctypes.get_errno(), "prctl")
