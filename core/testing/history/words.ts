// Words: calls, events and values of a record as a person reads them, on one line each.

import type { Call, Operation, Outcome, Seen, SeenEvent, Stream } from './record.ts';

export const seenWords = (seen: Seen | undefined): string =>
  seen
    ? `${seen.n} (revision ${seen.modRevision}, created ${seen.createRevision}, version ${seen.version})`
    : 'nothing';

const guard = (expect: number | undefined) => (expect === undefined ? '' : ` expect ${expect}`);
const at = (revision: number | undefined) => (revision === undefined ? '' : ` at ${revision}`);

function operationWords(operation: Operation): string {
  switch (operation.do) {
    case 'put':
      return `put ${operation.key} = ${operation.n}${guard(operation.expect)}`;
    case 'delete':
      return `delete ${operation.key}${guard(operation.expect)}`;
    case 'get':
      return `get ${operation.key}${at(operation.at)}`;
    case 'list':
      return `list ${operation.prefix}${at(operation.at)}${operation.limit === undefined ? '' : ` limit ${operation.limit}`}`;
    case 'count':
      return `count ${operation.prefix}`;
    case 'revision':
      return 'revision';
    case 'compact':
      return `compact before ${operation.before}`;
  }
}

function outcomeWords(outcome: Outcome, operation: Operation): string {
  if (outcome.is === 'unknown') return `no answer${outcome.message ? ` (${outcome.message})` : ''}`;
  if (outcome.is === 'refused') {
    const found = outcome.why === 'Conflict' ? `, found ${seenWords(outcome.seen)}` : '';
    return `refused: ${outcome.why}${found}${outcome.message ? ` (${outcome.message})` : ''}`;
  }
  switch (operation.do) {
    case 'list':
      return `revision ${outcome.revision}: ${outcome.items?.map(({ key, n, modRevision }) => `${key}=${n}@${modRevision}`).join(' ') || 'nothing'}`;
    case 'count':
      return String(outcome.count);
    case 'revision':
      return String(outcome.revision);
    case 'compact':
      return 'done';
    default:
      return seenWords(outcome.seen);
  }
}

export const callWords = (call: Call): string =>
  `${call.id} [${call.begin}..${call.end === Number.POSITIVE_INFINITY ? '' : call.end}] ` +
  `${operationWords(call.operation)} -> ${outcomeWords(call.outcome, call.operation)}`;

export const eventWords = (event: SeenEvent): string => {
  if (event.type === 'progress') return `progress ${event.revision}`;
  if (event.type === 'put')
    return `put ${event.stored.key} = ${seenWords(event.stored)} at ${event.revision}, before it ${seenWords(event.previous)}`;
  return `delete ${event.key} at ${event.revision}, before it ${seenWords(event.previous)}`;
};

export const streamWords = ({ id, prefix, after, begin }: Stream): string =>
  `watch ${id} [${begin}..] of ${prefix} after ${after}`;
