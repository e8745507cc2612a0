// Seeds of histories: 30 with every test run, 300 with all tests (KUBELAB_TEST_ALL=1), or as many as KUBELAB_HISTORY_SEEDS says:
//   KUBELAB_HISTORY_SEEDS=5000 npx mocha --no-config --node-option import=tsx plugins/store-*/history*.spec.ts
//   KUBELAB_HISTORY_FROM=1234 KUBELAB_HISTORY_SEEDS=1 ...      one seed again

import { allTests } from '../runs.ts';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> } | undefined;

const told = (name: string): number | undefined => {
  const text = typeof process === 'undefined' ? undefined : process.env[name];
  return text === undefined ? undefined : Number(text);
};

const first = told('KUBELAB_HISTORY_FROM') ?? 1;
const count = told('KUBELAB_HISTORY_SEEDS') ?? (allTests ? 300 : 30);

export const historySeeds: readonly number[] = Array.from({ length: count }, (_, at) => first + at);

/** The first of them, where each costs much. @param share 1/3: a third */
export const someHistorySeeds = (share: number): readonly number[] =>
  historySeeds.slice(0, Math.ceil(historySeeds.length * share));
