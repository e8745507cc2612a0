// What a scheduler's `explain` returned, looked at before it is shown: a scheduler may be anybody's.

import type { Explanation } from '../contracts/explanation.ts';

const wanted =
  'wanted { rule, plugins: [{ name, point, time }], nodes: [{ node, verdicts }] }, as explainByRefusals gives';

/** The answer, if it is one. @throws Error that says what is wrong with it */
export function checkExplanation(answer: unknown): Explanation {
  if (answer instanceof Promise) {
    answer.catch(() => {});
    throw new Error('explain returned a Promise; it must answer at once, so it cannot be async');
  }
  if (typeof answer !== 'object' || answer === null) throw new Error(`explain returned ${String(answer)}; ${wanted}`);
  const { winner, rule, plugins, nodes } = answer as Record<string, unknown>;
  const isWhole =
    typeof rule === 'string' &&
    Array.isArray(plugins) &&
    plugins.every((each) => typeof each?.name === 'string' && typeof each.time === 'number') &&
    Array.isArray(nodes) &&
    nodes.every(
      (each) => typeof each?.node === 'string' && typeof each.verdicts === 'object' && each.verdicts !== null,
    );
  if (!isWhole) throw new Error(`explain returned ${JSON.stringify(answer).slice(0, 200)}; ${wanted}`);
  if (winner !== undefined && !nodes.some(({ node }) => node === winner))
    throw new Error(`explain has the winner ${JSON.stringify(winner)}, which is none of its nodes`);
  return answer as Explanation;
}
