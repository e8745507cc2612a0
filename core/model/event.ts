// Event: a line of news about an object; repeated news raises its count.

import { invalidValue } from './causes.ts';
import { eventColumns } from './event-columns.ts';
import { Int } from './field-rules.ts';
import { KubeObjectBase } from './object.ts';
import { ObjectReference } from './object-reference.ts';
import { type Resource, resource } from './resource.ts';
import { Nested, Required, Text, Time } from './rules.ts';

export class EventSource {
  @Text() readonly component?: string;
  @Text() readonly host?: string;
}

export class EventSeries {
  @Int() readonly count?: number;
  @Time() readonly lastObservedTime?: string;
}

export class Event extends KubeObjectBase {
  /** What it is about. */
  @Required() @Nested(() => ObjectReference) readonly involvedObject!: ObjectReference;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
  @Nested(() => EventSource) readonly source?: EventSource;
  @Time() readonly firstTimestamp?: string;
  @Time() readonly lastTimestamp?: string;
  /** How often it was seen. */
  @Int() readonly count?: number;
  /** `Normal` or `Warning`. */
  @Text() readonly type?: string;
  @Time() readonly eventTime?: string;
  @Nested(() => EventSeries) readonly series?: EventSeries;
  @Text() readonly action?: string;
  @Nested(() => ObjectReference) readonly related?: ObjectReference;
  @Text() readonly reportingComponent?: string;
  @Text() readonly reportingInstance?: string;
}

export const Events: Resource<Event> = resource<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  type: Event,
  columns: eventColumns,
  fields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
    type: ({ type }) => type ?? '',
  },
  validate: ({ metadata, involvedObject }) => {
    // News of what has no namespace of its own is kept in `default`.
    const about = involvedObject?.namespace || 'default';
    if (!involvedObject || about === metadata.namespace) return [];
    return [invalidValue('involvedObject.namespace', involvedObject.namespace ?? '', 'does not match event.namespace')];
  },
});
