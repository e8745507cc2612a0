// IPv4 addresses as numbers, and ranges in CIDR notation.

/** The number of `10.96.0.1`; undefined if it is no IPv4 address. */
export function parseIPv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

export const formatIPv4 = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** The addresses of `10.96.0.0/16` that something can have: without the first and the last. @throws Error */
export function parseRange(cidr: string): { readonly first: number; readonly last: number } {
  const [address = '', bits = ''] = cidr.split('/');
  const base = parseIPv4(address);
  const length = Number(bits);
  if (base === undefined || !/^\d+$/.test(bits) || length > 30) {
    throw new Error(`${cidr}: wanted a range of IPv4 addresses such as 10.96.0.0/16`);
  }
  const size = 2 ** (32 - length);
  const network = Math.floor(base / size) * size;
  return { first: network + 1, last: network + size - 2 };
}
