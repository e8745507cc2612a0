// Clients: who works with a store while its history is recorded. Some write and read, some watch, stop and resume, and one,
// the auditor, watches everything from the first revision on: with it, every change is known.
//   const clients = new Clients(recorder, { random, after, ... });
//   await clients.work();       all calls are answered
//   await clients.settle();     a last word under each prefix, and time for all watchers to see it
// Always true: what is asked depends on the random numbers and on earlier answers only.

import type { Random } from '../../contracts/random.ts';
import type { Revision } from '../../contracts/store.ts';
import { RealClock } from '../../time/real-clock.ts';
import type { Entry, Operation, Outcome } from './record.ts';
import type { Recorder } from './recorder.ts';

export interface Work {
  readonly random: Random;
  /** Where the store stood when the record began: what was before is nobody's. */
  readonly origin: Revision;
  /** The auditor goes on from here. */
  readonly after: Revision;
  /** Names of values are unique in the whole record; this is what they begin with. */
  readonly life: string;
  /** How many ask at the same time. */
  readonly clients: number;
  /** How many calls each makes. */
  readonly calls: number;
  /** What a client does between calls, and after one that failed: turns of the event loop, or real time. */
  readonly pace: () => Promise<void>;
  /** How long watchers may take to see the last word, in milliseconds. */
  readonly patience: number;
}

const auditor = 'auditor';
const keys = ['/p/a', '/p/b', '/p/c', '/q/a', '/q/b'];
const prefixes = ['/p/', '/q/'];
const watched = [...prefixes, '/'];
/** How often each is drawn. */
const draws: readonly Operation['do'][] = [
  ...Array<'put'>(10).fill('put'),
  ...Array<'delete'>(3).fill('delete'),
  ...Array<'get'>(5).fill('get'),
  ...Array<'list'>(4).fill('list'),
  ...(['count', 'revision', 'compact'] as const),
];

interface Watcher {
  readonly prefix: string;
  seen: Revision;
  over: boolean;
  stop(): void;
}

export class Clients {
  readonly #recorder: Recorder;
  readonly #work: Work;
  readonly #watchers = new Map<string, Watcher>();
  #stopped = false;
  #settling = false;
  #answers = 0;
  #values = 0;
  #heard: (() => void)[] = [];
  #working: Promise<unknown>[] = [];

  constructor(recorder: Recorder, work: Work) {
    this.#recorder = recorder;
    this.#work = work;
  }

  /** Resolves when every client has made its calls. */
  async work(): Promise<void> {
    const { random, clients, calls, after } = this.#work;
    const all = this.#watch(auditor, '/', after);
    this.#working = ['w0', 'w1'].map((name) => this.#watchAndResume(name, random.fork(name), all));
    await Promise.all(
      Array.from({ length: clients }, (_, at) => this.#ask(`c${at}`, random.fork(`c${at}`), calls, all)),
    );
  }

  /** Resolves when so many calls have been answered, or there is nobody any more who would ask. */
  async answered(count: number): Promise<void> {
    const all = this.#work.clients * this.#work.calls;
    while (this.#answers < Math.min(count, all) && !this.#stopped) {
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }

  /** Puts a last word under each prefix and waits until all who watch have seen it, as long as patience lasts. */
  async settle(): Promise<void> {
    this.#settling = true;
    await Promise.all(this.#working);
    const { pace, patience } = this.#work;
    const clock = new RealClock();
    const end = clock.now() + patience;
    const last = new Map<string, Revision>();
    for (const prefix of prefixes) {
      while (!last.has(prefix) && clock.now() < end) {
        const outcome = await this.#call('last', { do: 'put', key: `${prefix}last`, n: this.#value() });
        if (outcome.is === 'ok' && outcome.seen) last.set(prefix, outcome.seen.modRevision);
        else await pace();
      }
      await this.#call('last', { do: 'list', prefix });
    }
    const wanted = ({ prefix }: Watcher) => last.get(prefix) ?? Math.max(...last.values());
    while ([...this.#watchers.values()].some((one) => !one.over && one.seen < wanted(one)) && clock.now() < end) {
      await pace();
    }
  }

  /** Nobody asks any more. */
  stop(): void {
    this.#stopped = true;
    for (const watcher of this.#watchers.values()) watcher.stop();
    for (const hear of this.#heard.splice(0)) hear();
  }

  async #ask(name: string, random: Random, calls: number, all: Watcher): Promise<void> {
    /** The revision at which this client saw each key last; 0: it was not there. */
    const known = new Map<string, Revision>();
    for (let call = 0; call < calls && !this.#stopped; call += 1) {
      const outcome = await this.#call(name, this.#operation(random, known, all.seen));
      learn(known, outcome);
      const failed = outcome.is === 'unknown' || (outcome.is === 'refused' && outcome.why === 'failed');
      if (failed || random.int(2) === 0) await this.#work.pace();
    }
  }

  async #call(name: string, operation: Operation): Promise<Outcome> {
    const outcome = await this.#recorder.call(name, operation);
    this.#answers += 1;
    for (const hear of this.#heard.splice(0)) hear();
    return outcome;
  }

  #value(): string {
    this.#values += 1;
    return `${this.#work.life}-${this.#values}`;
  }

  #operation(random: Random, known: ReadonlyMap<string, Revision>, seen: Revision): Operation {
    const key = random.pick(keys) as string;
    const prefix = random.pick(watched) as string;
    const older = Math.max(this.#work.origin, seen - random.int(20));
    const guard = random.int(2) === 0 ? { expect: known.get(key) ?? 0 } : {};
    switch (random.pick(draws) as Operation['do']) {
      case 'put':
        return { do: 'put', key, n: this.#value(), ...guard };
      case 'delete':
        return { do: 'delete', key, ...(guard.expect ? guard : {}) };
      case 'get':
        return { do: 'get', key, ...(random.int(3) === 0 && { at: older }) };
      case 'list': {
        const limit = random.int(3) === 0 ? { limit: 1 + random.int(3) } : {};
        return { do: 'list', prefix, ...limit, ...(random.int(3) === 0 && { at: older }) };
      }
      case 'count':
        return { do: 'count', prefix };
      case 'revision':
        return { do: 'revision' };
      case 'compact':
        // Not beyond what the auditor has seen: then nothing is forgotten that nobody knows.
        return { do: 'compact', before: older };
    }
  }

  #watch(name: string, prefix: string, after: Revision): Watcher {
    const watcher: Watcher = { prefix, seen: after, over: false, stop: () => {} };
    this.#watchers.set(name, watcher);
    const { stop } = this.#recorder.watch(name, prefix, after, {
      event: ({ revision }) => {
        watcher.seen = Math.max(watcher.seen, revision);
      },
      over: () => {
        watcher.over = true;
      },
    });
    watcher.stop = stop;
    return watcher;
  }

  async #watchAndResume(name: string, random: Random, all: Watcher): Promise<void> {
    let after = this.#work.after;
    let prefix = random.pick(watched) as string;
    while (!this.#stopped) {
      const watcher = this.#watch(name, prefix, after);
      for (let turns = random.int(10); turns > 0 && !this.#stopped && !watcher.over; turns -= 1)
        await this.#work.pace();
      if (this.#settling && !watcher.over) return;
      watcher.stop();
      after = watcher.seen;
      if (watcher.over) {
        const outcome = await this.#call(name, { do: 'list', prefix });
        after = outcome.is === 'ok' ? (outcome.revision ?? after) : all.seen;
      } else {
        if (random.int(4) === 0) after = Math.max(this.#work.origin, after - random.int(15));
        if (random.int(4) === 0) prefix = random.pick(watched) as string;
      }
    }
  }
}

/** Up to where the auditor has seen everything; undefined when it has not begun. */
export function auditedUntil(record: readonly Entry[]): Revision | undefined {
  let until: Revision | undefined;
  for (const entry of record) {
    if ('watch' in entry && entry.client === auditor) until = Math.max(until ?? 0, entry.after);
    if ('shown' in entry && entry.shown.includes(`.${auditor}.`)) until = Math.max(until ?? 0, entry.event.revision);
  }
  return until;
}

function learn(known: Map<string, Revision>, outcome: Outcome): void {
  if (outcome.is === 'unknown') return;
  if (outcome.seen) known.set(outcome.seen.key, outcome.seen.modRevision);
  if (outcome.is === 'ok') for (const { key, modRevision } of outcome.items ?? []) known.set(key, modRevision);
}
