// Describe: lines that many kinds share: labels, annotations, times, events (kubectl, pkg/describe).
// A line is `Name:\tvalue\n`; what goes on in the next line begins with the tab alone.

import { age } from '../../../core/model/ages.ts';
import type { Event } from '../../../core/model/event.ts';
import type { StringMap } from '../../../core/model/meta.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Session } from './session.ts';

export const line = (name: string, value: unknown): string => `${name}:\t${value}\n`;

/** A line, or nothing where there is no value. */
export const lineIf = (name: string, value: unknown): string =>
  value === undefined || value === null || value === '' ? '' : line(name, value);

/** `Labels:\ta=b\n\tc=d\n` */
export const multiline = (name: string, values: readonly string[], indent = ''): string =>
  values.length === 0 ? `${indent}${name}:\t<none>\n` : `${indent}${name}:\t${values.join('\n\t')}\n`;

export const labelLines = (name: string, labels: StringMap | undefined, indent = ''): string =>
  multiline(name, pairs(labels), indent);

export const pairs = (map: StringMap | undefined): string[] =>
  Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort();

/** `a=b,c=d`, or `<none>` */
export const inOneLine = (map: StringMap | undefined): string => pairs(map).join(',') || '<none>';

const longest = 140;

export function annotationLines(name: string, annotations: StringMap | undefined, indent = ''): string {
  const shown = Object.entries(annotations ?? {})
    .filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => {
      const value = text.replace(/\n$/, '');
      if (value.length + key.length + 2 <= longest && !value.includes('\n')) return `${key}: ${value}`;
      const lines = value
        .split('\n')
        .map((one) => (one.length > longest - 2 ? `${one.slice(0, longest - 2)}...` : one));
      return [`${key}:`, ...lines.map((one) => `  ${one}`)].join('\n\t');
    });
  return multiline(name, shown, indent);
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number) => String(n).padStart(2, '0');

/** `Sun, 22 Nov 2026 21:51:57 +0000`: in this machine's time zone, as Go's RFC1123Z. */
export function time(text: string | undefined): string {
  if (!text) return '<unset>';
  const date = new Date(text);
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${days[date.getDay()]}, ${two(date.getDate())} ${months[date.getMonth()]} ${date.getFullYear()}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}`;
}

/** The events about an object, the oldest first. */
export async function eventsOf(session: Session, { kind, metadata }: AnyObject): Promise<Event[]> {
  const { name, namespace, uid } = metadata;
  // Nodes report themselves before they know their uid, so all events of that name count.
  const about = { kind, name, ...(namespace && { namespace }), ...(kind !== 'Node' && { uid }) };
  const fieldSelector = Object.entries(about)
    .map(([field, value]) => `involvedObject.${field}=${value}`)
    .join(',');
  const path = pathOf(await session.type('events'), namespace);
  const { items = [] } = await session.server.get<{ items?: Event[] }>(path, { fieldSelector, limit: 500 });
  const when = (event: Event) =>
    Date.parse(event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? '');
  // kubectl asks by uid first, then for what nodes say of themselves: that is the order within one second.
  const byName = (event: Event) => Number(event.involvedObject.uid !== uid);
  return items.sort((a, b) => when(a) - when(b) || byName(a) - byName(b));
}

export async function eventLines(session: Session, object: AnyObject): Promise<string> {
  const events = await eventsOf(session, object);
  if (events.length === 0) return 'Events:\t<none>\n';
  const now = session.clock.now();
  const rows = events.map((event) => {
    const { type, reason, firstTimestamp, eventTime, source, reportingComponent, message = '' } = event;
    const first = age(firstTimestamp ?? eventTime, now);
    const count = event.series?.count ?? event.count ?? 1;
    const last = age(event.series?.lastObservedTime ?? event.lastTimestamp, now);
    const interval = count > 1 ? `${last} (x${count} over ${first})` : first;
    return `  ${type}\t${reason}\t${interval}\t${source?.component || reportingComponent || ''}\t${message.trim()}\n`;
  });
  return `Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------\n${rows.join('')}`;
}
