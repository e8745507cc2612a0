// Schedule: the five fields of cron, as Kubernetes reads them (github.com/robfig/cron, ParseStandard).
//
//   minute 0-59   hour 0-23   day of month 1-31   month 1-12 or jan-dec   day of week 0-6 or sun-sat
//   *  any     1,5  a list     1-5  a range     */10  every tenth     @hourly @daily @weekly @monthly @yearly @every 90m
//
//   const schedule = parseSchedule('30 2 * * mon-fri', 'Europe/Berlin');
//   schedule.next(now)                    the first time after `now`; undefined: never
//
// Always true: when both days are given, one of them is enough; a day of month or week that begins with * does not count.
// Times are minutes of the wall clock in the time zone: what summer time leaps over is left out, what it repeats comes twice.

import { isTimeZone, offsetAt } from './time-zone.ts';

export interface Schedule {
  /** The first time after `after`, both in milliseconds since 1970; undefined: not within five years. */
  next(after: number): number | undefined;
}

/** What is wrong with a schedule, in the words of Kubernetes. */
export class ScheduleError extends Error {}

interface FieldForm {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const forms: readonly FieldForm[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** @throws ScheduleError */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  if (!isTimeZone(timeZone)) throw new ScheduleError(`unknown time zone ${timeZone}`);
  if (text === '') throw new ScheduleError('empty spec string');
  if (text.startsWith('@every ')) return every(text);
  if (text.startsWith('@') && !Object.hasOwn(descriptors, text))
    throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const fields = (descriptors[text] ?? text).split(/\s+/).filter((field) => field !== '');
  if (fields.length !== forms.length)
    throw new ScheduleError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  const sets = fields.map((field, i) => parseField(field, forms[i]!));
  return new CronSchedule(sets as Fields, timeZone);
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** So long after the last time, in whole seconds. */
function every(text: string): Schedule {
  const duration = text.slice('@every '.length);
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(duration))
    throw new ScheduleError(`failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`);
  let ms = 0;
  for (const [, amount, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) ms += Number(amount) * units[unit!]!;
  const step = Math.max(1000, Math.floor(ms / 1000) * 1000);
  return { next: (after) => Math.floor(after / 1000) * 1000 + step };
}

interface FieldSet {
  /** In order. */
  readonly values: readonly number[];
  readonly has: ReadonlySet<number>;
  /** Begins with `*`, and takes every value. */
  readonly isStar: boolean;
}
type Fields = [minute: FieldSet, hour: FieldSet, day: FieldSet, month: FieldSet, weekday: FieldSet];

function parseField(text: string, form: FieldForm): FieldSet {
  const has = new Set<number>();
  let isStar = false;
  for (const part of text.split(',').filter((one) => one !== '')) {
    const range = parseRange(part, form);
    for (let value = range.first; value <= range.last; value += range.step) has.add(value);
    isStar ||= range.isStar;
  }
  return { has, values: [...has].sort((a, b) => a - b), isStar };
}

function parseRange(part: string, form: FieldForm) {
  const [range = '', step, ...more] = part.split('/');
  const [from = '', to, ...ends] = range.split('-');
  const isAny = from === '*' || from === '?';
  if (ends.length > 0) throw new ScheduleError(`too many hyphens: ${part}`);
  if (more.length > 0) throw new ScheduleError(`too many slashes: ${part}`);
  const first = isAny ? form.min : parseValue(from, form);
  const by = step === undefined ? 1 : parseNumber(step);
  // `5/10` is from 5 to the end.
  const open = step === undefined ? first : form.max;
  const last = isAny ? form.max : to === undefined ? open : parseValue(to, form);
  if (first < form.min) throw new ScheduleError(`beginning of range (${first}) below minimum (${form.min}): ${part}`);
  if (last > form.max) throw new ScheduleError(`end of range (${last}) above maximum (${form.max}): ${part}`);
  if (first > last) throw new ScheduleError(`beginning of range (${first}) beyond end of range (${last}): ${part}`);
  if (by === 0) throw new ScheduleError(`step of range should be a positive number: ${part}`);
  return { first, last, step: by, isStar: isAny && by === 1 };
}

function parseValue(text: string, { names }: FieldForm): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  return text !== '' && named >= 0 ? named : parseNumber(text);
}

function parseNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const why = /^-\d+$/.test(text)
    ? `negative number (${Number(text)}) not allowed: ${text}`
    : `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new ScheduleError(why);
}

const day = 86_400_000;
const patience = 5 * 366;

class CronSchedule implements Schedule {
  readonly #fields: Fields;
  readonly #timeZone: string;

  constructor(fields: Fields, timeZone: string) {
    this.#fields = fields;
    this.#timeZone = timeZone;
  }

  next(after: number): number | undefined {
    const local = after + offsetAt(this.#timeZone, after);
    // The day before too: when the clock is put back at midnight, some of it is still to come.
    const first = Math.floor(local / day) * day - day;
    for (let i = 0; i <= patience + 1; i += 1) {
      const found = this.#isDay(first + i * day) ? this.#firstOf(first + i * day, after) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** @param midnight of the wall clock, as if it were UTC */
  #isDay(midnight: number): boolean {
    const [, , days, months, weekdays] = this.#fields;
    const date = new Date(midnight);
    if (!months.has.has(date.getUTCMonth() + 1)) return false;
    const isDay = days.has.has(date.getUTCDate());
    const isWeekday = weekdays.has.has(date.getUTCDay());
    return days.isStar || weekdays.isStar ? isDay && isWeekday : isDay || isWeekday;
  }

  /** The first time of that day that is later than `after`. */
  #firstOf(midnight: number, after: number): number | undefined {
    const [minutes, hours] = this.#fields;
    // The offsets that the day may have: one, or two when the clock is changed around it.
    const offsets = new Set([-day / 2, day / 2, day + day / 2].map((at) => offsetAt(this.#timeZone, midnight + at)));
    let earliest: number | undefined;
    for (const hour of hours.values) {
      for (const minute of minutes.values) {
        const local = midnight + hour * units.h! + minute * units.m!;
        for (const offset of offsets) {
          const instant = local - offset;
          if (instant <= after || (earliest !== undefined && instant >= earliest)) continue;
          // A time that the clock leaps over is none.
          if (offsets.size === 1 || offsetAt(this.#timeZone, instant) === offset) earliest = instant;
        }
        if (offsets.size === 1 && earliest !== undefined) return earliest;
      }
    }
    return earliest;
  }
}

/** Spans that are looked through for the last time, the shortest first: most schedules come often. */
const spans = [3_600_000, day, 32 * day, 366 * day, patience * day];

/** The last time after `from` and not after `until`; undefined: there was none. */
export function lastTime(schedule: Schedule, from: number, until: number): number | undefined {
  for (const span of spans) {
    const start = Math.max(from, until - span);
    let last: number | undefined;
    for (let at = schedule.next(start); at !== undefined && at <= until; at = schedule.next(at)) last = at;
    if (last !== undefined || start === from) return last;
  }
  return undefined;
}
