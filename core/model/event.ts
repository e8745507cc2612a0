// Event: a line of news about an object; repeated news raises its count.

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
  @Required() @Nested(() => ObjectReference) readonly involvedObject!: ObjectReference;
  @Text() readonly reason?: string;
  @Text() readonly message?: string;
  @Nested(() => EventSource) readonly source?: EventSource;
  @Time() readonly firstTimestamp?: string;
  @Time() readonly lastTimestamp?: string;
  @Int() readonly count?: number;
  @Text() readonly type?: string;
  @Time() readonly eventTime?: string;
  @Nested(() => EventSeries) readonly series?: EventSeries;
  @Text() readonly action?: string;
  @Nested(() => ObjectReference) readonly related?: ObjectReference;
  @Text() readonly reportingComponent?: string;
  @Text() readonly reportingInstance?: string;
}

export const Events: Resource<Event> = resource({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  type: Event,
});
