"""The ladder of who can act on a number: its rungs, and the one that a draft may cite. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """A rung of the ladder."""

    STRUCTURE = "structure"
    """Whether there can be such a number."""
    AREA_CODE = "area_code"
    CO_CODE = "co_code"
    """Central office code: 10,000 numbers in North America."""
    BLOCK = "thousands_block"
    TOLL_FREE = "toll_free"
    RANGE = "ofcom_range"
    ORIGINAL = "original_operator"


class Confidence(StrEnum):
    """How far a rung carries."""

    CERTAIN = "certain"
    """Nobody was given the number, as of the table's day."""
    MEDIUM = "medium"
    """Who was given the block."""
    LOW = "low"
    """Who was given the block, but parts of it belong to others, or tables disagree."""
    REGION = "region"
    """Where, not who."""
    UNKNOWN = "unknown"


_WHO = frozenset({Step.CO_CODE, Step.BLOCK, Step.RANGE, Step.ORIGINAL})


@dataclass(frozen=True, slots=True)
class Rung:
    """What one table says."""

    step: Step
    says: str
    """A sentence for a person."""
    confidence: Confidence
    source: str
    as_of: str = ""
    """The day of the table, YYYY-MM-DD; empty where it has none."""
    holder: str = ""
    """The company that the block is assigned to."""
    ocn: str = ""
    """Its operating company number."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """All that is known of who can act on a number, from the least to the most exact."""

    number: str
    """E.164."""
    rungs: tuple[Rung, ...]
    missing: tuple[str, ...]
    """Kinds of tables that would say more and are not imported."""

    @property
    def nobody(self) -> bool:
        """Whether no company was given the number: as caller ID it is forged for certain."""
        return any(rung.confidence is Confidence.CERTAIN for rung in self.rungs)

    @property
    def best(self) -> Rung | None:
        """The rung that a draft may cite: the most exact one that a table decides. None where that names no company."""
        decided = [rung for rung in self.rungs if rung.step in _WHO and (rung.as_of or rung.step is Step.ORIGINAL)]
        return decided[-1] if decided and decided[-1].holder and not self.nobody else None
