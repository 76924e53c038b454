"""Which addresses are asked, and which are not."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ingest.servers import Names

from wavereel.errors import AddressError, UsageError
from wavereel.ingest.guard import Guard, is_public, system_resolver, take_apart


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:0:53aa:64c:0:0:8000:1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_that_belong_to_nobody_on_the_internet_are_refused(address: str):
    assert not is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressError, match="not a public address"):
        Guard(resolver=Names()).check(f"http://{host}/x")
    with pytest.raises(AddressError, match="not a public address"):
        Guard(resolver=Names(talks_example=[address])).check("http://talks.example/x")


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808"]
)
def test_public_addresses_are_asked(address: str):
    target = Guard(resolver=Names(talks_example=[address])).check(
        "https://talks.example:8443/a%20b?c=d e".replace(" ", "+")
    )
    assert target.addresses == (ipaddress.ip_address(address),)
    assert (target.scheme, target.host, target.port) == ("https", "talks.example", 8443)
    assert target.path == "/a%20b?c=d+e"
    assert target.authority == "talks.example:8443"


def test_one_private_address_among_public_ones_refuses_the_name():
    guard = Guard(resolver=Names(talks_example=["93.184.216.34", "10.0.0.1"]))
    with pytest.raises(AddressError, match="not a public address"):
        guard.check("http://talks.example/")


def test_networks_that_the_owner_allows_are_asked_and_only_those():
    guard = Guard(["127.0.0.0/8"], Names(localhost=["::1", "127.0.0.1"], inner_example=["10.0.0.1", "127.0.0.9"]))
    assert guard.check("http://localhost/").addresses == (ipaddress.ip_address("127.0.0.1"),)
    assert guard.check("http://inner.example/").addresses == (ipaddress.ip_address("127.0.0.9"),)
    assert guard.check("http://[::ffff:127.0.0.1]/").addresses == (ipaddress.ip_address("::ffff:127.0.0.1"),)
    with pytest.raises(AddressError):
        guard.check("http://10.0.0.1/")


def test_an_entry_that_is_no_network_is_told():
    with pytest.raises(UsageError, match="not a network"):
        Guard(["inside"])


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://127.0.1/",
        "http://127.0.0.1.5/",
        "http://0/",
        "http://1.2.3.0x4/",
        "http://１２７.０.０.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
    ],
)
def test_numbers_in_other_bases_and_letters_reach_nothing_private(url: str):
    with pytest.raises(AddressError):
        Guard(resolver=lambda host, port: ["127.0.0.1"]).check(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "talks.example/x",
        "//talks.example/x",
        "file:///etc/passwd",
        "ftp://talks.example/x",
        "gopher://talks.example/x",
        "data:text/plain,x",
        "http://",
        "http:///x",
        "http://user:secret@talks.example/",
        "http://talks.example@127.0.0.1/",
        "http://talks.example\\@127.0.0.1/",
        "http://talks.example/\r\nHost: evil",
        "http://talks.example/a b",
        "http://ta lks.example/",
        "http://talks.example\t/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://talks..example/",
        "http://-talks.example/",
        "http://talks.example:0/",
        "http://talks.example:99999/",
        "http://talks.example:x/",
        "http://talks.example:22/",
        "http://talks.example:25/",
        "http://talks.example:6379/",
        "http://" + "a" * 64 + ".example/",
        "http://talks.example/" + "a" * 2100,
        "http://talks.example/\x00",
        "http://\ud800.example/",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(url: str):
    with pytest.raises(AddressError):
        Guard(resolver=lambda host, port: ["93.184.216.34"]).check(url)


def test_names_in_other_scripts_are_asked_by_their_ascii_form():
    names = Names(**{"xn--bcher-kva.example".replace(".", "_"): ["93.184.216.34"]})
    assert Guard(resolver=names).check("http://Bücher.example./ü?ö=ä").host == "xn--bcher-kva.example"
    assert take_apart("http://b.example/ü?ö=ä")[3] == "/%C3%BC?%C3%B6=%C3%A4"


def test_a_name_without_addresses_is_told():
    with pytest.raises(AddressError, match="cannot be found"):
        Guard(resolver=Names()).check("http://nowhere.example/")


def test_the_system_finds_this_machine():
    assert "127.0.0.1" in system_resolver("127.0.0.1", 80)


@given(st.ip_addresses(v=4))
def test_ipv4_addresses_are_public_where_the_registry_says_so(address: ipaddress.IPv4Address):
    if not address.is_global or address.is_multicast:
        assert not is_public(address)
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        inside = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address))
        assert is_public(inside) == is_public(address)


@given(st.ip_addresses(v=6))
def test_ipv6_addresses_are_public_at_most_where_the_registry_says_so(address: ipaddress.IPv6Address):
    if is_public(address) and address.ipv4_mapped is None and address not in ipaddress.ip_network("64:ff9b::/96"):
        assert address.is_global
        assert not address.is_multicast
        assert address.teredo is None
        assert address.sixtofour is None


@given(st.text(max_size=60))
def test_any_text_is_a_public_target_or_refused(text: str):
    for url in (text, "http://" + text, "http://talks.example/" + text):
        try:
            target = Guard(resolver=lambda host, port: ["93.184.216.34"]).check(url)
        except AddressError:
            continue
        assert all(is_public(address) for address in target.addresses)
        assert target.path.isascii()
        assert target.path.isprintable()
        assert " " not in target.path
        assert target.host.isascii()
