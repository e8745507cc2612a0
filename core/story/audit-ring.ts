// Audit ring: what stories are made of, of the last writes of a running cluster; older ones give way.
//
//   const ring = new AuditRing(20_000);
//   const cluster = await createCluster({ plugins, audit: (entry) => ring.add(entry) });
//   storyOf(ring.notes(), { namespace: 'default', name: 'web' })
//
// Always true: it never holds more than `size` notes and no object of the API; what no story tells of (leases, nodes,
// a status that says nothing new) takes no room.

import type { AuditEntry } from '../api/audit.ts';
import { endpointHappenings } from './endpoint-notes.ts';
import { eventHappening } from './event-notes.ts';
import { type Happening, type Note, writerOf } from './note.ts';
import { ownerHappenings, ownerKinds } from './owner-notes.ts';
import { podHappenings } from './pod-notes.ts';

export class AuditRing {
  readonly size: number;
  readonly #notes: Note[] = [];
  /** Where the next note goes, once it is full: over the oldest. */
  #next = 0;

  constructor(size: number) {
    this.size = size;
  }

  add(entry: AuditEntry): void {
    for (const note of notesOf(entry)) {
      this.#notes[this.#next] = note;
      this.#next = (this.#next + 1) % this.size;
    }
  }

  /** Oldest first. */
  notes(): readonly Note[] {
    return [...this.#notes.slice(this.#next), ...this.#notes.slice(0, this.#next)];
  }
}

interface Subject {
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
}

/** What one write means to pods and their owners: mostly nothing, sometimes much. */
function notesOf(entry: AuditEntry): Note[] {
  const { resource, subresource } = entry;
  const note = ({ kind = '', namespace = '', name = '', uid = '' }: Subject, what: Happening): Note => ({
    at: entry.time,
    ...writerOf(entry),
    kind,
    namespace,
    name,
    uid,
    ...what,
  });
  const itself = { kind: resource.kind, namespace: entry.namespace, name: entry.name, uid: entry.uid };
  switch (resource.kind) {
    case 'Pod':
      return podHappenings(entry).map((what) => note(itself, what));
    case 'Event': {
      const found = eventHappening(entry);
      return found ? [note(found.event.involvedObject, found.what)] : [];
    }
    case 'EndpointSlice':
      return endpointHappenings(entry).map(({ pod, what }) => note(pod, what));
  }
  if (!ownerKinds.has(resource.kind) || subresource === 'status') return [];
  return ownerHappenings(entry).map((what) => note(itself, what));
}
