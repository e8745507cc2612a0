// Endpoint notes: what one write of an EndpointSlice meant to each pod behind the Service. Pure.

import type { AuditEntry } from '../api/audit.ts';
import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import type { ObjectReference } from '../model/object-reference.ts';
import { serviceNameLabel } from '../network/service-table.ts';
import type { Happening } from './note.ts';

export interface EndpointHappening {
  readonly pod: ObjectReference;
  readonly what: Happening;
}

export function endpointHappenings({ object, previous }: AuditEntry): EndpointHappening[] {
  const slice = (object ?? previous) as EndpointSlice;
  const service = slice.metadata.labels?.[serviceNameLabel] ?? slice.metadata.name;
  const now = byPod(object as EndpointSlice | undefined);
  const before = byPod(previous as EndpointSlice | undefined);
  const found: EndpointHappening[] = [];
  for (const [uid, endpoint] of now) {
    const what = change(service, endpoint, before.get(uid));
    if (what) found.push({ pod: endpoint.targetRef!, what });
  }
  for (const [uid, { targetRef }] of before) {
    const what = `left the endpoints of service ${service}`;
    if (!now.has(uid)) found.push({ pod: targetRef!, what: { step: 'endpoint-removed', what } });
  }
  return found;
}

function change(service: string, is: Endpoint, was: Endpoint | undefined): Happening | undefined {
  const ready = is.conditions?.ready === true;
  const address = is.addresses[0];
  if (!was) {
    const state = ready ? 'ready' : 'not ready yet';
    const step = ready ? 'endpoint-ready' : 'endpoint-added';
    return { step, what: `endpoint ${address} of service ${service}, ${state}` };
  }
  if (ready === (was.conditions?.ready === true)) return undefined;
  if (ready) return { step: 'endpoint-ready', what: `service ${service}: ready for connections` };
  const why = is.conditions?.terminating ? ', it is going' : '';
  return { step: 'endpoint-unready', what: `service ${service}: no new connections${why}` };
}

function byPod(slice: EndpointSlice | undefined): Map<string, Endpoint> {
  const pods = new Map<string, Endpoint>();
  for (const endpoint of slice?.endpoints ?? []) {
    const { kind, uid } = endpoint.targetRef ?? {};
    if (kind === 'Pod' && uid) pods.set(uid, endpoint);
  }
  return pods;
}
