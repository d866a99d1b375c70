"""What the tests of the web share."""

from collections.abc import Iterator

import pytest

from tests.web.api_lab import Desk, open_desk


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk that all tests of the API work at; each looks for candidates of its own."""
    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
        yield opened
