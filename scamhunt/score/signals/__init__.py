"""Every way that a name impersonates a brand, and what speaks against it.

A signal is a small function from a `Sight` to a sentence for a person, or None when it does not apply. Its weight
(log-odds) stands in `data/scoring/model.json`. To add one:

1. write it in the file that fits, with names that it must and must not see (they run in the tests against the sample
   brands of `scamhunt.testing`);
2. give it its weight in `data/scoring/model.json`, in the order of the code: `make train` finds it, or by hand;
3. add a row to `DEPENDS` or `LIGHT` in tests/score/test_signals.py and one to the table of docs/scoring.md.
"""

from scamhunt.score.signals import against, disguise, place, support
from scamhunt.score.signals.signal import Signal, signals_of

__all__ = ["SIGNALS", "Signal"]

SIGNALS: tuple[Signal, ...] = signals_of(place, disguise, support, against)
