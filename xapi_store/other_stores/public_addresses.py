"""Addresses that strangers name, and whether we call them: https, and no host inside a private network."""

import ipaddress
import socket
from urllib.parse import urlsplit

from xapi_store.errors import StoreError

NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(StoreError):
    """An address that is not called: wrong scheme, private network, or another host than the one agreed on."""


class HostUnknown(StoreError):
    """No address is known for the host at this moment."""


def check(url: str, *, allow_private: bool = False) -> None:
    """The URL is of a form that may be called; AddressRefused otherwise. Plain http only with `allow_private`."""
    schemes = ("https", "http") if allow_private else ("https",)
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it is what judges it)
    except ValueError as error:
        raise AddressRefused("not an address") from error
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
        raise AddressRefused(f"must begin with {' or '.join(f'{each}://' for each in schemes)} and name a host")


def resolve(url: str, *, allow_private: bool = False) -> str:
    """The IP address to connect to; AddressRefused where it is not public, HostUnknown where there is none.

    Connect to this very address: a second question to the DNS could be answered differently.
    """
    check(url, allow_private=allow_private)
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise HostUnknown("the host name is not known") from error
    addresses = [str(each[4][0]) for each in found]
    if not allow_private and not all(is_public(ipaddress.ip_address(each)) for each in addresses):
        raise AddressRefused("the host lies in a private network")
    # IPv4 first: a name like localhost often answers on that alone.
    return min(addresses, key=lambda each: ":" in each)


def is_public(address: Address) -> bool:
    """True where the address, and any that is packed inside it, belongs to the public Internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast
