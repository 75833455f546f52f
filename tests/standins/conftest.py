"""A LinkedIn that is there for one test."""

from collections.abc import Iterator

import pytest

from tests.standins import linkedin
from tests.standins.linkedin_customer import Setting
from tests.standins.standin import running


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """A LinkedIn without any record."""
    monkeypatch.setenv("LI_SECRET", linkedin.SECRET)
    server = linkedin.create()
    with running(server) as url:
        yield Setting(server, url)
