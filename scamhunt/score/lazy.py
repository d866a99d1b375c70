"""A property that is worked out at its first use and then kept."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801  # used like property
    """As `functools.cached_property`, but without its lock, which costs more than what it guards here (until 3.12)."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        """Take the method that works it out."""
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> "lazy[T]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object, owner: type) -> "T | lazy[T]":
        """Work it out and keep it in the instance, where the next look finds it first."""
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._work(instance)
        return value
