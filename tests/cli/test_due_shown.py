"""What is due, as a person reads it."""

from datetime import UTC, datetime, timedelta

from scamhunt.cli import due_shown
from scamhunt.takedown.tracked import Work

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
WORK = Work(
    "report:1:escalate:registry",
    "escalate to the registry",
    NOW - timedelta(days=4),
    "abuse@registrar.example has had the report since 2026-11-23 06:00 UTC, step registry",
    "scamhunt reports escalate 1 --step registry",
    1,
    "amazon-refund-desk.com",
    "abuse@registrar.example",
)


def test_each_work_says_what_why_and_how() -> None:
    """In 80 columns, with how late it is, and a command that can be copied."""
    assert [text for text, _ in due_shown.lines([WORK], NOW, 80)] == [
        "escalate to the registry: amazon-refund-desk.com (report 1)",
        "  due 2026-11-26 06:00 UTC, 4 days ago; abuse@registrar.example has had the",
        "  report since 2026-11-23 06:00 UTC, step registry",
        "  scamhunt reports escalate 1 --step registry",
    ]


def test_what_waits_long_is_loud() -> None:
    """From a week on; what is due today says no days."""
    late = due_shown.lines([WORK], NOW + timedelta(days=3), 80)
    assert next(iter(late))[1] == due_shown.STRONG
    today = [text for text, _ in due_shown.lines([WORK], WORK.due_at, 80)]
    assert "ago" not in today[1]


def test_words_from_outside_cannot_move_the_cursor() -> None:
    """What a mail or a name brings is shown, not obeyed."""
    hostile = Work("x", "match the answer", NOW, "why\x1b[2J\nsecond", "do", None, "a\u202eb.test")
    shown = "\n".join(text for text, _ in due_shown.lines([hostile], NOW, 80))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
