"""All signals of what is seen, in the order of the model's weights."""

from scamhunt.score.seen import acts, around, honest, signs
from scamhunt.score.seen.signal import SeenSignal, signals_of

SEEN_SIGNALS: tuple[SeenSignal, ...] = signals_of(acts, signs, around, honest)
