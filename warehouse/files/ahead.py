"""Runs an iterator a little ahead of its reader, in a thread of its own."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    item: T


def ahead(items: Iterator[T], waiting: int) -> Iterator[T]:
    """The same items; at most `waiting` of them are made before they are asked for. Errors reach the reader."""
    made: queue.Queue[_Made[T] | BaseException | None] = queue.Queue(waiting)
    is_over = threading.Event()

    def put(item: _Made[T] | BaseException | None) -> None:
        while not is_over.is_set():
            try:
                made.put(item, timeout=0.2)
            except queue.Full:
                continue
            return

    def make() -> None:
        try:
            for item in items:
                put(_Made(item))
                if is_over.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that reads
            put(error)

    thread = threading.Thread(target=make, name="ahead")
    thread.start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item.item
    finally:
        is_over.set()
        thread.join()
