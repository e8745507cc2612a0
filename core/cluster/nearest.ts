// Nearest: what somebody may have meant by a name that there is not.

import { distance } from 'fastest-levenshtein';

/** ` (did you mean round-robin?)`, or '' when nothing is near. For the middle of a message. */
export function nearest(name: string, known: readonly string[]): string {
  const most = Math.max(2, Math.floor(name.length / 3));
  const near = known
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far)
    // Beside a slip of one letter, what merely looks alike is noise.
    .filter(({ far }, _, all) => far <= all[0]!.far + 1)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
  return near.length === 0 ? '' : ` (did you mean ${near.join(' or ')}?)`;
}
