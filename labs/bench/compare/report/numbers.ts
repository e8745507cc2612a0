// Numbers as people read them: three digits that matter, thousands apart, never `1.2e-7`.

/** `12,346`, `123`, `12.3`, `1.23`, `0.0123`, `0`; `–` where there is none. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-US');
  const digits = size >= 10 ? 1 : size >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(size)));
  return value.toFixed(digits);
}

/** `12,000–13,000`: as many digits as tell its ends apart from each other, and none that say nothing. */
export const range = (low: number, high: number): string =>
  number(low) === number(high) ? number(low) : `${number(low)}–${number(high)}`;

/** `12.3 ms`; a percent sign stands close. */
export const withUnit = (value: number, unit: string): string =>
  Number.isFinite(value) ? `${number(value)}${unit === '%' ? '' : ' '}${unit}` : '–';

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `1 run`, `5 runs`. */
export const count = (many: number, of: string): string => `${number(many)} ${of}${many === 1 ? '' : 's'}`;
