"""Where a webhook may go: over TLS, to public machines only, so that nobody can reach into our network."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PORT = 443
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotAllowed(Exception):
    """The host of a webhook is none of the public internet."""


def checked(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of an address that may be kept; ValidationError says what is wrong with it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValidationError(_("This is not an address.")) from None
    if parts.scheme != "https":
        raise ValidationError(_("The address must begin with https://."))
    if not parts.hostname or port == 0 or any(c.isspace() or not c.isprintable() for c in url):
        raise ValidationError(_("This is not an address."))
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("The address must not hold a user name or password."))
    if not allow_private and not _may_be_public(parts.hostname):
        raise ValidationError(_("The address must be of a machine on the public internet."))
    return parts


def _may_be_public(host: str) -> bool:
    """Whether a host, a name or a number, does not already say that it is inside."""
    try:
        return _is_public(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))


def _is_public(number: str) -> bool:
    """Also what an IPv6 number leads to by way of the IPv4 number inside of it."""
    address = ipaddress.ip_address(number.partition("%")[0])
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        found += [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner]
        if address in NAT64:
            found.append(ipaddress.IPv4Address(address.packed[-4:]))
    return all(each.is_global and not each.is_multicast for each in found)


def resolved(host: str, port: int, *, allow_private: bool) -> str:
    """The IP number to connect to. One inside number among the answers refuses the host: it would rebind."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allow_private and not all(_is_public(number) for number in found):
        raise NotAllowed(f"{host} is not on the public internet")
    return found[0]
