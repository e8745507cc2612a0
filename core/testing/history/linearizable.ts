// Linearizable: whether there is an order of the calls on one key that explains every answer, each call at a moment between
// its question and its answer. The search of Wing and Gong: place a call that nothing must come before, go on from there,
// step back where no call fits; where the same calls are placed and the key stands alike, it is not searched twice.
//
// Calls whose answer was lost may be placed, or left out; if anybody saw their value, they must be placed.
// Testing and Verifying Concurrent Objects, Wing and Gong, 1993; the memo: Lowe, Testing for Linearizability, 2017.

import type { Revision } from '../../contracts/store.ts';
import type { Sightings } from './changes.ts';
import type { Call, History, Seen } from './record.ts';
import type { Violation } from './violation.ts';
import { callWords } from './words.ts';

/** A key as it stands. Numbers that nobody saw are absent, and fit any. */
interface State {
  readonly n: string;
  readonly createRevision?: Revision | undefined;
  readonly modRevision?: Revision | undefined;
  readonly version: number;
}

/** What a call does to the key; `undefined`: it cannot be here. */
type Step = (state: State | undefined) => { readonly state: State | undefined } | undefined;

interface Item {
  readonly call: Call;
  readonly step: Step;
  readonly writes: boolean;
  /** It has certainly happened. */
  readonly required: boolean;
}

/** States that are looked at before the search is given up. */
const patience = 300_000;

export function checkLinearizable({ calls }: History, sightings: Sightings): Violation[] {
  const keys = new Set<string>();
  for (const { operation } of calls) if ('key' in operation) keys.add(operation.key);
  return [...keys].sort().flatMap((key) => {
    const items = calls
      .flatMap((call) => itemOf(call, key, sightings) ?? [])
      .sort((a, b) => a.call.begin - b.call.begin);
    const stuck = new Search(items).run();
    if (!stuck) return [];
    const message = stuck.givenUp
      ? `${key}: no order of its calls was found in ${patience} steps`
      : `${key}: no order of its calls explains their answers; ${stuck.placed} can be placed, then it holds ${stuck.state?.n ?? 'nothing'}, and none of these can come next`;
    return [{ promise: 'linearizable', message, evidence: stuck.next.map(({ call }) => callWords(call)) }];
  });
}

interface Stuck {
  readonly placed: number;
  readonly state: State | undefined;
  readonly next: readonly Item[];
  readonly givenUp?: boolean;
}

class Search {
  readonly #items: readonly Item[];
  readonly #tried = new Set<string>();
  #furthest: Stuck = { placed: -1, state: undefined, next: [] };

  constructor(items: readonly Item[]) {
    this.#items = items;
  }

  /** Where the search is stuck at best; undefined when all calls could be placed. */
  run(): Stuck | undefined {
    if (this.#place(new Set(this.#items), undefined, 0)) return undefined;
    return this.#tried.size > patience ? { ...this.#furthest, givenUp: true } : this.#furthest;
  }

  /** @param begun when the latest of the placed calls began: what ended before that is too late */
  #place(open: Set<Item>, state: State | undefined, begun: number): boolean {
    let latest = begun;
    let deadline = deadlineOf(open);
    // A read that fits changes nothing: it can only be right to place it now.
    for (const item of open) {
      if (item.call.begin > deadline) break;
      if (item.writes || !item.step(state) || this.#hides(open, item)) continue;
      open.delete(item);
      latest = Math.max(latest, item.call.begin);
      deadline = deadlineOf(open);
    }
    const required = [...open].filter((item) => item.required);
    if (required.length === 0) return true;
    const placed = this.#items.length - open.size;
    if (placed > this.#furthest.placed) {
      const next = required.filter(({ call }) => call.begin <= deadline);
      this.#furthest = { placed, state, next };
    }
    const memo = `${this.#items.map((item) => (open.has(item) ? 1 : 0)).join('')} ${JSON.stringify(state)}`;
    if (this.#tried.has(memo) || this.#tried.size > patience) return false;
    this.#tried.add(memo);
    const candidates = [...open].filter(({ call }) => call.begin <= deadline && call.end >= latest);
    for (const item of [...candidates].sort((a, b) => Number(b.required) - Number(a.required))) {
      const next = item.step(state);
      if (!next) continue;
      const rest = new Set(open);
      rest.delete(item);
      if (this.#place(rest, next.state, Math.max(latest, item.call.begin))) return true;
    }
    return false;
  }

  /** Whether a write without an answer could only have come before this read. */
  #hides(open: Set<Item>, read: Item): boolean {
    for (const item of open) if (!item.required && item.call.end < read.call.begin) return true;
    return false;
  }
}

/** The first answer that is still to be explained: nothing that began later can come before it. */
function deadlineOf(open: ReadonlySet<Item>): number {
  let deadline = Number.POSITIVE_INFINITY;
  for (const { required, call } of open) if (required) deadline = Math.min(deadline, call.end);
  return deadline;
}

function itemOf(call: Call, key: string, sightings: Sightings): Item | undefined {
  const { operation, outcome } = call;
  const read = (seen: Seen | undefined): Item => ({
    ...{ call, writes: false, required: true },
    step: (state) => (fits(state, seen) ? { state } : undefined),
  });
  if (operation.do === 'list') {
    if (outcome.is !== 'ok' || operation.at !== undefined || !key.startsWith(operation.prefix)) return undefined;
    const { items = [], more } = outcome;
    const found = items.find((item) => item.key === key);
    return !found && more && key > (items.at(-1)?.key ?? '') ? undefined : read(found);
  }
  if (!('key' in operation) || operation.key !== key) return undefined;
  if (operation.do === 'get') return outcome.is === 'ok' && operation.at === undefined ? read(outcome.seen) : undefined;
  const { expect } = operation;
  if (outcome.is === 'refused') {
    if (outcome.why === 'KeyNotFound') return read(undefined);
    if (outcome.why !== 'Conflict') return undefined;
    const { seen } = outcome;
    const step: Step = (state) => (fits(state, seen) && !holds(expect, state) ? { state } : undefined);
    return { call, step, writes: false, required: true };
  }
  if (operation.do === 'delete') {
    const previous = outcome.is === 'ok' ? outcome.seen : undefined;
    const step: Step = (state) =>
      state && holds(expect, state) && (!previous || fits(state, previous)) ? { state: undefined } : undefined;
    return { call, step, writes: true, required: outcome.is === 'ok' };
  }
  const seen = outcome.is === 'ok' ? outcome.seen : sightings.get(operation.n)?.seen;
  return { call, step: putStep(operation.n, expect, seen), writes: true, required: seen !== undefined };
}

function putStep(n: string, expect: Revision | undefined, seen: Seen | undefined): Step {
  return (state) => {
    if (!holds(expect, state)) return undefined;
    const version = (state?.version ?? 0) + 1;
    if (!seen) return { state: { n, version, createRevision: state?.createRevision } };
    const isNext =
      seen.n === n &&
      seen.version === version &&
      (state ? same(state.createRevision, seen.createRevision) : seen.createRevision === seen.modRevision) &&
      (state?.modRevision ?? 0) < seen.modRevision;
    return isNext ? { state: seen } : undefined;
  };
}

const same = (known: number | undefined, told: number) => known === undefined || known === told;

const fits = (state: State | undefined, seen: Seen | undefined): boolean =>
  !state || !seen
    ? !state && !seen
    : state.n === seen.n &&
      state.version === seen.version &&
      same(state.createRevision, seen.createRevision) &&
      same(state.modRevision, seen.modRevision);

/** Whether a guard lets the write through. A revision that nobody saw is expected by nobody. */
const holds = (expect: Revision | undefined, state: State | undefined): boolean =>
  expect === undefined || expect === (state ? state.modRevision : 0);
