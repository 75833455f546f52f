"""Where a webhook may go: addresses are checked after the name was resolved, and the checked one is used."""

import pytest

from warehouse.sync.webhooks_out_address import AddressRefused, AddressUnresolved, pinned

_PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",  # noqa: S104
        "168.63.129.16", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::", "fe80::1%eth0", "::",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        pinned("https://hooks.example.com/in", resolve=lambda *_: [address])


def test_one_private_address_behind_a_name_refuses_all() -> None:
    with pytest.raises(AddressRefused):
        pinned("https://hooks.example.com/in", resolve=lambda *_: [_PUBLIC, "10.0.0.1"])


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    way = pinned("https://hooks.example.com:8443/in?a=1#part", resolve=lambda *_: [_PUBLIC])

    assert way.urls == (f"https://{_PUBLIC}:8443/in?a=1",)
    assert (way.host, way.netloc) == ("hooks.example.com", "hooks.example.com:8443")


def test_a_name_is_resolved_once() -> None:
    """A name that answers differently the second time leads nowhere else."""
    answers = [[_PUBLIC], ["127.0.0.1"]]

    pinned("https://hooks.example.com/in", resolve=lambda *_: answers.pop(0))

    assert len(answers) == 1


def test_an_allowed_network_is_reached_and_its_neighbour_is_not() -> None:
    way = pinned("https://erp/in", allow_addresses=["10.1.0.0/16"], resolve=lambda *_: ["10.1.2.3"])

    assert way.urls == ("https://10.1.2.3:443/in",)
    with pytest.raises(AddressRefused):
        pinned("https://erp/in", allow_addresses=["10.1.0.0/16"], resolve=lambda *_: ["10.2.2.3"])


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/in", "ftp://x/in", "file:///etc/passwd", "https:///in", "https://a:b@x/in"]
)
def test_addresses_of_another_kind_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        pinned(url, resolve=lambda *_: [_PUBLIC])


@pytest.mark.parametrize("literal", ["2130706433", "0x7f.1", "127.1", "[::1]", "localhost"])
def test_other_spellings_of_loopback_are_refused(literal: str) -> None:
    with pytest.raises(AddressRefused):
        pinned(f"https://{literal}/in")


def test_a_name_without_an_address_may_have_one_later() -> None:
    def nothing(*_: object) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(AddressUnresolved):
        pinned("https://hooks.example.com/in", resolve=nothing)
