"""Stop a command within a second of Ctrl-C, also while a library runs and returns nothing to Python."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EXIT_CODE = 130
GRACE_SECONDS = 0.4
"""How long a library may take to return to Python; then the process exits without it."""
SIGNAL = bytes([signal.SIGINT])


@contextmanager
def interrupts_as_one() -> Iterator[None]:
    """Raise KeyboardInterrupt for any error that is one; DuckDB reports it in errors of its own."""
    try:
        yield
    except Exception as error:
        if any(words in str(error).lower() for words in ("query interrupted", "keyboardinterrupt")):
            raise KeyboardInterrupt from None
        raise


def aborted() -> str:
    """Return the one line of an interrupted command; on a terminal it replaces `^C` and the running step."""
    return "\r\033[KAborted!\n" if sys.stderr.isatty() else "Aborted!\n"


@contextmanager
def interruptible() -> Iterator[None]:
    """Run a block that SIGINT ends with KeyboardInterrupt, or with the exit of the process where that takes too long.

    Python raises KeyboardInterrupt only between two of its own instructions, and a query may take hours; DuckDB 2.0
    waits for its own threads before it returns. The system reports each signal to a socket at once, so that a thread
    can exit.
    """
    is_main_thread = threading.current_thread() is threading.main_thread()
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or not is_main_thread:
        yield
        return
    # While Python ends, a signal would kill a command that has done its work.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    is_over = threading.Event()
    received, written = socket.socketpair()
    written.setblocking(False)
    watcher = threading.Thread(target=_watch, args=(received, is_over), daemon=True)
    watcher.start()
    before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        is_over.set()
        signal.set_wakeup_fd(before)
        written.close()
        watcher.join()
        received.close()


def _watch(received: socket.socket, is_over: threading.Event) -> None:
    """Exit the process where the block goes on after a SIGINT; return when the other end is closed."""
    while number := received.recv(1):
        if number == SIGNAL and not is_over.wait(GRACE_SECONDS):
            os.write(2, aborted().encode())
            os._exit(EXIT_CODE)
