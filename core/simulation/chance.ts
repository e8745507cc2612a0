// Chance: spans drawn from a seeded stream. Only comparisons, additions and multiplications: no logarithm, whose last digit
// differs from one JavaScript engine to the next. So a draw is the same on every machine.

import type { Random } from '../contracts/random.ts';
import type { Distribution } from './scenario-rules.ts';
import { span } from './time-text.ts';

/** Milliseconds, whole. */
export function draw(of: Distribution, random: Random): number {
  if (typeof of === 'string') return span(of);
  if ('exponential' in of) return Math.round(span(of.exponential) * exponential(random));
  const [least, most] = of.uniform.map(span) as [number, number];
  return least + random.int(most - least + 1);
}

/**
 * Exponential with mean 1, by John von Neumann's method (1951): a run of falling uniform numbers that ends after an even
 * step is kept, and every run thrown away adds one.
 */
export function exponential(random: Random): number {
  for (let whole = 0; ; whole += 1) {
    const first = random.next();
    let before = first;
    for (let length = 1; ; length += 1) {
      const next = random.next();
      if (next >= before) {
        if (length % 2 === 1) return whole + first;
        break;
      }
      before = next;
    }
  }
}
