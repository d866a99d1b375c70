"""What a signal is."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from scamhunt.score.sight import Sight

SignalFunction = Callable[[Sight], str | None]
Strength = Callable[[Sight], float]


@dataclass(frozen=True, slots=True)
class Signal:
    """A named reason, with names where it holds and names where it does not."""

    name: str
    says: SignalFunction
    seen_in: tuple[str, ...]
    not_in: tuple[str, ...]
    source: str
    """Where this way to impersonate, or to be honest, is described."""
    strength: Strength | None = None
    """How many times the weight counts where the signal holds; without it once."""

    @property
    def against(self) -> bool:
        """Whether it speaks for an honest name: only then may its weight be negative."""
        return self.says.__module__.endswith(".against")

    @property
    def meaning(self) -> str:
        """The first line of the function's docstring: one sentence."""
        return (self.says.__doc__ or "").strip().partition("\n")[0]


def signal(
    *, seen_in: str, not_in: str, source: str, strength: Strength | None = None
) -> Callable[[SignalFunction], Signal]:
    """Make a signal of a function; the examples are names parted by spaces."""

    def make(says: SignalFunction) -> Signal:
        return Signal(says.__name__, says, tuple(seen_in.split()), tuple(not_in.split()), source, strength)

    return make


def signals_of(*modules: ModuleType) -> tuple[Signal, ...]:
    """Return the signals of the modules in the order in which they stand there."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Signal))
