// IPv4 arithmetic: addresses as whole numbers, ranges as CIDR.

/** An address range, `10.244.1.0/24`. */
export interface Range {
  /** The first address, as a number. */
  readonly first: number;
  readonly size: number;
}

/** The address as a number; undefined when it is no IPv4 address. `::ffff:10.1.2.3` counts as `10.1.2.3`. */
export function parseAddress(text: string): number | undefined {
  const bare = text.toLowerCase().startsWith('::ffff:') ? text.slice(7) : text;
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(bare);
  if (!match) return undefined;
  let value = 0;
  for (const digits of match.slice(1)) {
    if (Number(digits) > 255) return undefined;
    value = value * 256 + Number(digits);
  }
  return value;
}

export const formatAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** @throws Error when the text is no IPv4 range. */
export function parseRange(cidr: string): Range {
  const [address = '', bits = ''] = cidr.split('/');
  const value = parseAddress(address);
  const length = /^\d{1,2}$/.test(bits) ? Number(bits) : Number.NaN;
  if (value === undefined || !(length <= 32))
    throw new Error(`"${cidr}" is no IPv4 range: write it like 10.244.0.0/16`);
  const size = 2 ** (32 - length);
  return { first: value - (value % size), size };
}

export const inRange = (range: Range, address: number): boolean =>
  address >= range.first && address < range.first + range.size;

/** `127.0.0.1` and its like: inside a pod they mean the pod. */
export function isLoopback(address: string): boolean {
  if (address === '::1' || address === '0:0:0:0:0:0:0:1') return true;
  const value = parseAddress(address);
  return value !== undefined && value >= 0x7f000000 && value < 0x80000000;
}

/** Every address of the machine: what servers listen on, and where a client then means itself. */
export const isUnspecified = (address: string): boolean =>
  address === '' || address === '::' || address === '0.0.0.0' || address === '::ffff:0.0.0.0';
