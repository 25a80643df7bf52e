"""Which addresses a host has, and which of them belong to this machine or a network around it.

A name is resolved once, and what was looked at here is what is connected to: a name that changes its address in
between (DNS rebinding) gains nothing.
"""

import asyncio
import ipaddress
import socket

from sessiond.tools.failure import ToolFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOPBACK = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def numeric(host: str) -> Address | None:
    """The address that a host is written as, in any of the forms a resolver takes: `10.1`, `2130706433`, `0x7f.1`.

    An IPv4 address within an IPv6 one is the IPv4 address.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return (isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def literal(host: str) -> tuple[Address, ...]:
    """The addresses that a host spells out, which nobody needs to be asked for; none for other names."""
    if host == "localhost" or host.endswith(".localhost"):
        return LOOPBACK
    address = numeric(host)
    return () if address is None else (address,)


async def resolved(host: str, port: int) -> tuple[Address, ...]:
    """All addresses of a host, in the order in which they should be tried. Raises ToolFailed when it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ToolFailed(f"No address is known for the host {host}: {why}.") from None
    return tuple(dict.fromkeys(ipaddress.ip_address(str(address[0])) for *_, address in found))


def is_private(address: Address) -> bool:
    """Whether it is anything but a public address of one machine (IANA's special-purpose registries).

    Loopback, private, link-local with the metadata services of clouds, shared (CGNAT), unique local, multicast,
    unspecified, reserved; of IPv6 also those that carry such an IPv4 address.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not address.is_global or address.is_multicast
    carried = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if carried is not None:
        return is_private(carried)
    return address.scope_id is not None or address not in _GLOBAL_UNICAST or not address.is_global
