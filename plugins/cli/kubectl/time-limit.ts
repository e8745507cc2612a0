// Time limits of commands: `30s`, `1m30s`, `2h`; 0 or none: as long as it takes.

import { KubectlError } from './errors.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Go writes it. @throws KubectlError */
export function duration(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join('') !== text || text === '') {
    throw new KubectlError(`invalid argument "${text}": time: invalid duration "${text}"`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit!]!, 0);
}

/** Aborted when the time is over, or when `also` is. */
export function timeLimit(text: string | undefined, also?: AbortSignal): AbortSignal | undefined {
  const ms = text === undefined ? 0 : duration(text);
  if (ms <= 0) return also;
  const limit = AbortSignal.timeout(ms);
  return also ? AbortSignal.any([limit, also]) : limit;
}
