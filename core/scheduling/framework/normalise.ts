// Normalise: raw scores of the nodes that passed, made 0 to 100. Kubernetes: helper.DefaultNormalizeScore.

import type { Normalise } from '../../contracts/scheduling-framework.ts';

export const maxNodeScore = 100;

/** Changes the first `count` scores in place. */
export function normalise(scores: Float64Array, count: number, how: Normalise): void {
  if (how === 'none') return;
  if (typeof how === 'function') return how(scores, count);
  let greatest = 0;
  for (let at = 0; at < count; at += 1) greatest = Math.max(greatest, scores[at]!);
  for (let at = 0; at < count; at += 1) {
    const share = greatest === 0 ? 0 : Math.floor((maxNodeScore * scores[at]!) / greatest);
    scores[at] = how === 'reverse' ? maxNodeScore - share : share;
  }
}
