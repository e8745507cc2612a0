// Random: the only source of chance. A seeded stream a component (`fork`), so that adding one component does not
// shift what another one draws. Never for keys or tokens: those come from cryptography.

import { slot } from '../cluster/token.ts';

export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number of at least 0, less than `below`. */
  int(below: number): number;
  /** One of the items; undefined of none. */
  pick<T>(items: readonly T[]): T | undefined;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** `length` characters of Kubernetes' name alphabet (no vowels, no look-alikes), as `generateName` appends. */
  suffix(length: number): string;
  /** A version 4 UUID, as in `metadata.uid`. */
  uuid(): string;
  /** A stream of its own, determined by this one's seed and the name alone. */
  fork(name: string): Random;
}
export const Random = slot<Random>('Random');
