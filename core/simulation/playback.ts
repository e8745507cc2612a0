// Playback: a record, checked, and the cluster as it was at any time of it.
//   const playback = Playback.open(lines, { seal: sha256(), hash: sha256() });
//   playback.goTo(time);  playback.next();  playback.back();       moments at which something changed
//   playback.objects                                                all of them, by key, as they were then
// Always true: a record that opens is whole, and its history has the hash that it says. Moments are numbered from 0; before
// the first there is nothing.

import { ConfigurationError } from '../cluster/configuration-error.ts';
import type { Stored } from '../contracts/store.ts';
import { apply } from './delta.ts';
import { type Change, type Digest, HistoryHash } from './history.ts';
import { type RecordEnd, type RecordHead, type RecordLine, recordFormat } from './recorder.ts';
import { clockText } from './time-text.ts';

/** So many changes lie between two states that are kept for going back. */
const betweenStates = 5_000;

/** The first change of a store has this revision. */
const firstRevision = 2;

export interface Moment {
  readonly at: number;
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

interface State {
  /** The line that comes next. */
  readonly line: number;
  readonly moment: number;
  readonly objects: ReadonlyMap<string, Stored>;
  readonly keys: number;
  readonly revision: number;
}

export class Playback {
  readonly head: RecordHead;
  readonly end: RecordEnd;
  readonly #lines: readonly string[];
  /** The line at which each moment begins; one more, where the last ends. */
  readonly #begins: number[] = [];
  readonly #times: number[] = [];
  readonly #keys: string[] = [];
  readonly #states: State[] = [];
  #objects = new Map<string, Stored>();
  #line = 1;
  #revision = firstRevision;
  /** The moment that stands; -1 before the first. */
  #moment = -1;

  private constructor(head: RecordHead, end: RecordEnd, lines: readonly string[]) {
    this.head = head;
    this.end = end;
    this.#lines = lines;
  }

  /**
   * @param lines without their line feeds
   * @param digests fresh SHA-256s
   * @throws ConfigurationError when it is no record, cut off, or changed
   */
  static open(lines: readonly string[], digests: { readonly seal: Digest; readonly hash: Digest }): Playback {
    const head = parsed<RecordHead>(lines[0], 1);
    if (head?.format !== recordFormat)
      throw new ConfigurationError(`this is no record of a simulation: its first line does not say ${recordFormat}`);
    const last = lines.at(-1) === '' ? lines.length - 2 : lines.length - 1;
    const end = last > 0 ? (tryParse(lines[last]) as RecordEnd | undefined) : undefined;
    if (typeof end?.seal !== 'string')
      throw new ConfigurationError(
        'the record is cut off: its last line is missing. Make it again: the same scenario and seed give the same record',
      );
    const playback = new Playback(head, end, lines.slice(0, last));
    try {
      playback.#check(digests);
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      // Somebody sealed what no simulation writes.
      throw new ConfigurationError(`line ${playback.#line + 1} of the record: ${(error as Error).message}`);
    }
    return playback;
  }

  /** How many moments there are. */
  get length(): number {
    return this.#times.length;
  }

  /** The moment that stands; -1 before the first. */
  get moment(): number {
    return this.#moment;
  }

  /** Milliseconds since the beginning; of the end, behind it. */
  timeOf(moment: number): number {
    return moment < 0 ? 0 : (this.#times[moment] ?? this.head.length);
  }

  /** The last revision; 1 before the first change, as in a store that is new. */
  get revision(): number {
    return this.#revision - 1;
  }

  /** By key, as the store had them: /registry/pods/default/web-1. */
  get objects(): ReadonlyMap<string, Stored> {
    return this.#objects;
  }

  /** The next moment, which stands then; undefined at the end. */
  next(): Moment | undefined {
    if (this.#moment + 1 >= this.length) return undefined;
    this.#moment += 1;
    const end = this.#begins[this.#moment + 1]!;
    const changes: Change[] = [];
    const notes: string[] = [];
    while (this.#line < end) {
      const line = parsed<RecordLine>(this.#lines[this.#line], this.#line + 1);
      if (line[0] === '!') notes.push(line[2]);
      else changes.push(this.#do(line));
      this.#line += 1;
    }
    return { at: this.timeOf(this.#moment), changes, notes };
  }

  /** Makes the last moment stand that is not later than the time. */
  goTo(time: number): void {
    let moment = this.#times.findLastIndex((at) => at <= time);
    if (time < 0) moment = -1;
    this.#goToMoment(moment);
  }

  /** Makes the moment before stand. @returns the one that is undone; undefined before the first */
  back(): Moment | undefined {
    if (this.#moment < 0) return undefined;
    this.#goToMoment(this.#moment - 1);
    const undone = this.next();
    this.#goToMoment(this.#moment - 1);
    return undone;
  }

  #goToMoment(moment: number): void {
    if (moment < this.#moment) this.#restore(this.#states.findLast((state) => state.moment <= moment)!);
    while (this.#moment < moment) this.next();
  }

  #restore({ line, moment, objects, keys, revision }: State): void {
    this.#line = line;
    this.#moment = moment;
    this.#objects = new Map(objects);
    this.#keys.length = keys;
    this.#revision = revision;
  }

  #keep(): void {
    const state = { line: this.#line, moment: this.#moment, objects: new Map(this.#objects) };
    this.#states.push({ ...state, keys: this.#keys.length, revision: this.#revision });
  }

  #do(line: Exclude<RecordLine, readonly ['!', ...unknown[]]>): Change {
    const [kind, at] = line;
    const key = kind === '+' ? line[2] : this.#keys[line[2]];
    const before = key === undefined ? undefined : this.#objects.get(key);
    if (key === undefined || (kind !== '+' && !before)) throw new Error('a change of something that is not there');
    if (kind === '+') this.#keys.push(key);
    const previous = before?.value;
    const value = kind === '+' ? line[3] : kind === '~' ? (apply(previous, line[3]) as object) : undefined;
    const revision = this.#revision;
    this.#revision += 1;
    const { createRevision = revision, version = 0 } = before ?? {};
    if (value) this.#objects.set(key, { key, value, createRevision, modRevision: revision, version: version + 1 });
    else this.#objects.delete(key);
    return { revision, at, key, value, previous };
  }

  /** Goes through all of it once: finds the moments, keeps states on the way, and asks both hashes. */
  #check({ seal, hash }: { readonly seal: Digest; readonly hash: Digest }): void {
    for (let at = 0; at < this.#lines.length; at += 1) seal.update(`${this.#lines[at]}\n`);
    if (seal.digest('hex') !== this.end.seal)
      throw new ConfigurationError(
        'the record was changed, or lines of it are missing: its seal does not fit. Make it again: the same scenario and seed give the same record',
      );
    this.#findMoments();
    const history = new HistoryHash(hash);
    let changes = 0;
    this.#keep();
    for (let moment = this.next(); moment; moment = this.next()) {
      for (const change of moment.changes) history.add(change);
      changes += moment.changes.length;
      if (Math.floor(changes / betweenStates) > Math.floor((changes - moment.changes.length) / betweenStates)) {
        this.#keep();
      }
    }
    if (changes !== this.end.changes || history.end() !== this.end.hash) {
      throw new ConfigurationError(`the record's history does not have the hash that it says (${this.end.hash})`);
    }
    this.#restore(this.#states[0]!);
  }

  #findMoments(): void {
    for (let at = 1; at < this.#lines.length; at += 1) {
      const time = Number(/^\["[-+~!]",(\d+)/.exec(this.#lines[at]!)?.[1] ?? Number.NaN);
      const before = this.#times.at(-1) ?? 0;
      if (Number.isNaN(time) || time < before)
        throw new ConfigurationError(`line ${at + 1} of the record is none of its lines`);
      if (this.#times.length > 0 && time === before) continue;
      this.#times.push(time);
      this.#begins.push(at);
    }
    this.#begins.push(this.#lines.length);
  }
}

function tryParse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
}

function parsed<T>(line: string | undefined, number: number): T {
  const value = tryParse(line);
  if (value === undefined || value === null)
    throw new ConfigurationError(
      `line ${number} of the record is no JSON${number === 1 ? ': this is no record of a simulation' : ''}`,
    );
  return value as T;
}

/** `moment 12, 00:02:10` */
export const momentText = (playback: Playback): string =>
  playback.moment < 0
    ? 'before the first moment'
    : `moment ${playback.moment} of ${playback.length - 1}, ${clockText(playback.timeOf(playback.moment))}`;
