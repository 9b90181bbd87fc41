import { BlockList, isIP } from 'node:net';

/**
 * IPv4 networks that are not public: those of the IANA IPv4 Special-Purpose Address Registry (RFC 6890) that are not
 * globally reachable, multicast (RFC 5771), and 192.88.99.0/24, once the relay to 6to4 (RFC 7526).
 */
const specialIpv4 = networks('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]);

/**
 * The one network of IPv6 that is public (RFC 4291, section 2.4). Outside of it are loopback, link-local, unique local and
 * multicast addresses, and those that stand for an IPv4 address: mapped (`::ffff:…`) and NAT64 (`64:ff9b::…`).
 */
const globalIpv6 = networks('ipv6', [['2000::', 3]]);

/**
 * What is not public of that, by the IANA IPv6 Special-Purpose Address Registry: protocol assignments with Teredo,
 * documentation, and 6to4, which carries an IPv4 address.
 */
const specialIpv6 = networks('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]);

/** Whether an IP address as text is one that anybody on the internet could be reached at. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  // The zone of a link-local address says by which interface it is reached.
  const [bare = ''] = address.split('%', 1);
  switch (isIP(bare)) {
    case 4:
      return !specialIpv4.check(bare, 'ipv4');
    case 6:
      return globalIpv6.check(bare, 'ipv6') && !specialIpv6.check(bare, 'ipv6');
    default:
      return false;
  }
}

/** A list of one family only: BlockList would take an IPv4 address for the IPv6 address that maps it. */
function networks(
  family: 'ipv4' | 'ipv6',
  all: readonly (readonly [network: string, prefix: number])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of all) list.addSubnet(network, prefix, family);
  return list;
}
