// Seeds of histories: 30 with every test run, 300 with all tests (KUBELAB_TEST_ALL=1), or as many as KUBELAB_HISTORY_SEEDS says:
//   KUBELAB_HISTORY_SEEDS=5000 npx mocha --no-config --node-option import=tsx plugins/store-*/history*.spec.ts
//   KUBELAB_HISTORY_FROM=1234 KUBELAB_HISTORY_SEEDS=1 ...      one seed again

import { allTests } from '../runs.ts';

type Variables = Readonly<Record<string, string | undefined>>;
declare const process: { readonly env: Variables } | undefined;

/** @throws Error when a variable is no whole number from 1 on: a run of no seeds would be green, and prove nothing */
export function seedsOf(variables: Variables): readonly number[] {
  const first = told('KUBELAB_HISTORY_FROM', variables) ?? 1;
  const count = told('KUBELAB_HISTORY_SEEDS', variables) ?? (allTests ? 300 : 30);
  return Array.from({ length: count }, (_, at) => first + at);
}

function told(name: string, variables: Variables): number | undefined {
  const text = variables[name];
  if (text === undefined) return undefined;
  const isWhole = /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text));
  if (!isWhole) throw new Error(`${name}: wanted a whole number from 1 on, found ${JSON.stringify(text)}`);
  return Number(text);
}

export const historySeeds: readonly number[] = seedsOf(typeof process === 'undefined' ? {} : process.env);

/** The first of them, where each costs much. @param share 1/3: a third */
export const someHistorySeeds = (share: number): readonly number[] =>
  historySeeds.slice(0, Math.ceil(historySeeds.length * share));
