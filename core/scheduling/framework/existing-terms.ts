// Existing terms: the affinity terms of the pods that are placed already, each once, however many pods have it. A new pod
// must respect them too: a pod that wants nobody like it near has the last word.

import type { AffinityTerm, ExistingTerms } from '../../contracts/scheduler.ts';
import type { Pod } from '../../model/pod.ts';
import { type PodTerms, termsOf } from './affinity-term.ts';

type Kind = keyof PodTerms;
const kinds: readonly Kind[] = ['near', 'away', 'preferNear', 'preferAway'];

export class PlacedTerms implements ExistingTerms {
  readonly #terms: Readonly<Record<Kind, Map<string, { readonly term: AffinityTerm; pods: number }>>> = {
    near: new Map(),
    away: new Map(),
    preferNear: new Map(),
    preferAway: new Map(),
  };

  of(kind: Kind): readonly AffinityTerm[] {
    const { [kind]: terms } = this.#terms;
    return terms.size === 0 ? none : Array.from(terms.values(), ({ term }) => term);
  }

  change(pod: Pod, times: 1 | -1): void {
    const own = termsOf(pod);
    for (const kind of kinds) for (const term of own[kind]) this.#change(kind, term, times);
  }

  #change(kind: Kind, term: AffinityTerm, times: 1 | -1): void {
    const terms = this.#terms[kind];
    const key = `${term.weight} ${term.key}`;
    const known = terms.get(key) ?? { term, pods: 0 };
    known.pods += times;
    if (known.pods > 0) terms.set(key, known);
    else terms.delete(key);
  }
}

const none: readonly AffinityTerm[] = [];
