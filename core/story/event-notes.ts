// Event notes: which step of a pod's life an Event about it tells of. What a write of the pod tells already is left out.

import type { AuditEntry } from '../api/audit.ts';
import type { Event } from '../model/event.ts';
import type { Happening, StepName } from './note.ts';

const steps: Readonly<Record<string, StepName>> = {
  FailedScheduling: 'unschedulable',
  Pulling: 'image-pulling',
  Pulled: 'image-pulled',
  ErrImageNeverPull: 'image-failed',
  InspectFailed: 'image-failed',
  Created: 'container-created',
  Started: 'container-started',
  Unhealthy: 'probe-failed',
  BackOff: 'back-off',
  Killing: 'stopping',
};

/** Characters that are kept of a message: programs put whole pages into them. */
const longest = 300;

/** The binding itself tells it. */
const toldAlready = new Set(['Scheduled']);

/** About which pod, and what. Undefined: it is no news about a pod. */
export function eventHappening({
  object,
}: AuditEntry): { readonly event: Event; readonly what: Happening } | undefined {
  const event = object as Event | undefined;
  if (event?.involvedObject?.kind !== 'Pod' || toldAlready.has(event.reason ?? '')) return undefined;
  const { reason = '', message = '', count = 1 } = event;
  const step = stepOf(reason, message);
  const text = message.replace(/\s+/g, ' ').slice(0, longest);
  const what = step === 'news' ? `${reason}: ${text}` : text;
  const container = /\{(.+)\}$/.exec(event.involvedObject.fieldPath ?? '')?.[1];
  const containers = container === undefined ? [] : [container];
  return { event, what: { step, what, containers, late: true, ...(count > 1 && { count }) } };
}

function stepOf(reason: string, message: string): StepName {
  if (reason === 'Failed' && message.includes('pull image')) return 'image-failed';
  return steps[reason] ?? 'news';
}
