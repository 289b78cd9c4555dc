"""Check where webhooks go: only over TLS and to public machines, so that none reaches into our network.

The robots of chat programs are recognised by their addresses, because they need a format of their own.
"""

import ipaddress
import socket
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PORT = 443
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Robot(StrEnum):
    """The chat programs whose group robots take notices in a format of their own."""

    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WECOM = "wecom"


ROBOTS = {
    ("oapi.dingtalk.com", "/robot/"): Robot.DINGTALK,
    ("open.feishu.cn", "/open-apis/bot/"): Robot.FEISHU,
    ("open.larksuite.com", "/open-apis/bot/"): Robot.FEISHU,
    ("qyapi.weixin.qq.com", "/cgi-bin/webhook/"): Robot.WECOM,
}
"""The host and the beginning of the path of each robot's address."""


def robot_of(url: str) -> Robot | None:
    """Return which chat program's robot has this address; None for any other receiver."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    for (host, path), robot in ROBOTS.items():
        if parts.hostname == host and parts.path.startswith(path):
            return robot
    return None


class NotAllowed(Exception):
    """The host of a webhook is not on the public internet."""


def checked(url: str, *, allow_private: bool) -> SplitResult:
    """Check the address of a webhook before it is stored, and return its parts.

    Raises ValidationError with the reason if it cannot be used.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValidationError(_("This is not a valid address.")) from None
    if parts.scheme != "https":
        raise ValidationError(_("The address must begin with https://."))
    if not parts.hostname or port == 0 or any(c.isspace() or not c.isprintable() for c in url):
        raise ValidationError(_("This is not a valid address."))
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("The address cannot contain a user name or password."))
    if not allow_private and not _may_be_public(parts.hostname):
        raise ValidationError(_("The address must be on the public internet."))
    return parts


def _may_be_public(host: str) -> bool:
    """Return False if a host, a name or an IP number, is clearly inside a private network."""
    try:
        return _is_public(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))


def _is_public(number: str) -> bool:
    """Return True if an IP number is public, and so is any IPv4 number that is embedded in it."""
    address = ipaddress.ip_address(number.partition("%")[0])
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        found += [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner]
        if address in NAT64:
            found.append(ipaddress.IPv4Address(address.packed[-4:]))
    return all(each.is_global and not each.is_multicast for each in found)


def resolved(host: str, port: int, *, allow_private: bool) -> str:
    """Return the IP number to connect to.

    Raises NotAllowed if any of the host's numbers is not public, because a later lookup could lead there
    instead.
    """
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allow_private and not all(_is_public(number) for number in found):
        raise NotAllowed(f"{host} is not on the public internet")
    return found[0]
