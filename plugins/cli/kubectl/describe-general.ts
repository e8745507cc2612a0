// kubectl describe for kinds without a form of their own: field by field, `startedAt` written as `Started At`.

import { annotationLines, eventLines, labelLines, line } from './describe-text.ts';
import { type AnyObject, isRecord, type JsonRecord } from './records.ts';
import type { Session } from './session.ts';

/** Told above the fields. */
const skipped = new Set(
  ['name', 'namespace', 'labels', 'annotations', 'managedFields'].map((name) => `.metadata.${name}`),
);

export async function describeGeneral(session: Session, object: AnyObject): Promise<string> {
  const { metadata } = object;
  return [
    line('Name', metadata.name),
    line('Namespace', metadata.namespace ?? ''),
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
    fieldLines(object, ''),
    await eventLines(session, object),
  ].join('');
}

function fieldLines(record: JsonRecord, path: string): string {
  const indent = '  '.repeat(path.split('.').length - 1);
  return Object.keys(record)
    .sort()
    .filter((key) => !skipped.has(`${path}.${key}`))
    .map((key) => {
      const value = record[key];
      if (isRecord(value)) return `${indent}${labelOf(key)}:\n${fieldLines(value, `${path}.${key}`)}`;
      if (!Array.isArray(value)) return `${indent}${labelOf(key)}:\t${value}\n`;
      const items = value.map((item) => (isRecord(item) ? fieldLines(item, `${path}.${key}`) : `${indent}  ${item}\n`));
      return `${indent}${labelOf(key)}:\n${items.join('')}`;
    })
    .join('');
}

const acronyms = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

/** `apiVersion` -> `API Version`; keys that are no words stay. */
function labelOf(key: string): string {
  if (/[^\p{L}-]/u.test(key)) return key;
  return (key.match(/\p{Lu}?[^\p{Lu}]+|\p{Lu}+(?!\p{Ll})/gu) ?? [key])
    .map((part) => (acronyms.has(part.toUpperCase()) ? part.toUpperCase() : part[0]!.toUpperCase() + part.slice(1)))
    .join(' ');
}
