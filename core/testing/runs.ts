// How often a property is tried: as often as said, always with the same seed, so that a red test is red again; with all
// tests asked for (KUBELAB_TEST_ALL=1, `npm run test:all`) twenty times as often.
//   fc.assert(fc.property(...), runs(100));

declare const process: { readonly env: Readonly<Record<string, string | undefined>> } | undefined;

/** Whether the long runs are asked for. */
export const allTests: boolean = typeof process !== 'undefined' && process.env.KUBELAB_TEST_ALL === '1';

/** How many of a table's rows a run of every change tries: the first few; all tests try them all. */
export const firstOf = <T>(rows: readonly T[], few: number): readonly T[] => (allTests ? rows : rows.slice(0, few));

/** Parameters for fast-check. */
export const runs = (times: number, seed = 7): { readonly numRuns: number; readonly seed: number } => ({
  numRuns: allTests ? times * 20 : times,
  seed,
});
