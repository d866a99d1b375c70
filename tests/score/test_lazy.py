from scamhunt.score.lazy import lazy


class Sums:
    """Something with a property that takes work."""

    def __init__(self, start: int) -> None:
        """Take where to start."""
        self.start = start
        self.worked = 0

    @lazy
    def total(self) -> int:
        """Add one."""
        self.worked += 1
        return self.start + 1


def test_a_property_is_worked_out_once() -> None:
    """The first look works it out, the second finds it, and each instance has its own."""
    one, other = Sums(1), Sums(7)
    assert one.worked == 0
    assert (one.total, one.total, other.total) == (2, 2, 8)
    assert (one.worked, other.worked) == (1, 1)


def test_what_is_kept_stays() -> None:
    """It is kept where an attribute is kept, so a later look costs no call."""
    one = Sums(1)
    assert one.total == 2
    one.start = 50
    assert one.total == 2
    assert vars(one)["total"] == 2


def test_the_class_shows_the_property_itself() -> None:
    """Whoever looks at the class finds the property with its sentence."""
    assert isinstance(Sums.total, lazy)
    assert Sums.total.__doc__ == "Add one."
