"""What the API takes, field by field: what is not written here does not come in."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MOST = 100
"""Things of one page."""
Deciding = Literal["confirm", "dismiss", "watch", "reopen"]


class Given(BaseModel):
    """What comes from outside: each field is of its own type, and there is no other field."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Decision(Given):
    """What is decided, and what was seen when it was."""

    reason: str = Field(description="Why, in a few words; the log keeps it for good.")
    revision: int = Field(description="That of the candidate as you read it: a decision in between is noticed.")


class Note(Given):
    """Something to write down on a candidate."""

    text: str = Field(description="The log keeps it for good, so nothing of a victim belongs into it.")


class Paged(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(extra="forbid")

    after: str = Field("", description="`next` of the page before; without it the list begins.")
    limit: int = Field(MOST, ge=1, le=MOST, description="Things of one page.")


class Filtered(Paged):
    """Which candidates: the words that the address of the queue has."""

    brand: str = Field("", description="Any of its brands, by id.")
    band: str = Field("", description="A band of the score: `urgent`, `review`, `below`.")
    state: str = Field("", description="States with commas between, or `all`; without it `new,watched`.")
    kind: str = Field("", description="`domain`, `url` or `phone`.")
    feed: str = Field("", description="Seen in this feed.")
    since: str = Field("", description="Sighted at or after this moment, ISO 8601; UTC where it names no zone.")
    assignee: str = Field("", description="Whose claim is on it: a name, `me` or `nobody`.")
    q: str = Field("", description="Part of the target, or of a name as it was sighted.")
    min_score: str = Field("", description="From this score on, 0 to 1.")

    @property
    def words(self) -> dict[str, str]:
        """Return what was asked for, as the address of the queue has it."""
        return {name: value for name, value in self.model_dump(exclude={"after", "limit"}).items() if value}


class OfReports(Paged):
    """Which reports."""

    state: str = Field("", description="States with commas between; without it all.")
    q: str = Field("", description="Part of the target or of the recipient.")
