// Refusals are counted by identity, so a reason that is made of parts (a taint's name, a resource's) is made once.

import type { Refusal } from '../../contracts/scheduling-framework.ts';

/** One Refusal for each text that `textOf` gives. */
export function perReason<T>(textOf: (of: T) => string, resolvable: boolean): (of: T) => Refusal {
  const known = new Map<string, Refusal>();
  return (of) => {
    const text = textOf(of);
    let refusal = known.get(text);
    if (!refusal) {
      refusal = { reasons: text.split('\n'), resolvable };
      known.set(text, refusal);
    }
    return refusal;
  };
}
