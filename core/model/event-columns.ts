// What `kubectl get events` shows.

import { age } from './ages.ts';
import { column, integers, nameColumn, wide } from './columns.ts';
import type { Event } from './event.ts';
import type { Column } from './resource.ts';

/** Old and new events say when in different fields. */
const firstSeen = (event: Event): string | undefined => event.firstTimestamp || event.eventTime;
const lastSeen = (event: Event): string | undefined =>
  event.series?.lastObservedTime || event.lastTimestamp || firstSeen(event);

function target({ involvedObject: { kind = '', name = '' } }: Event): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function source({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const host = source?.host || (source?.component ? '' : reportingInstance) || '';
  return host === '' ? component : `${component}, ${host}`;
}

export const eventColumns: readonly Column<Event>[] = [
  column('Last Seen', (event, now) => age(lastSeen(event), now)),
  column('Type', (event) => event.type ?? ''),
  column('Reason', (event) => event.reason ?? ''),
  column('Object', target),
  wide(column('Subobject', (event) => event.involvedObject.fieldPath ?? '')),
  wide(column('Source', source)),
  column('Message', (event) => (event.message ?? '').trim()),
  wide(column('First Seen', (event, now) => age(firstSeen(event), now))),
  wide(integers('Count', (event) => event.series?.count ?? (event.count || 1))),
  wide(nameColumn()),
];
