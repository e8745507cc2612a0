// kubectl describe configmap, secret, namespace. The values of a Secret are never shown, only how long they are.

import { annotationLines, eventLines, labelLines, line } from './describe-text.ts';
import { type AnyObject, isRecord } from './records.ts';
import type { Session } from './session.ts';

const head = ({ metadata }: AnyObject): string =>
  [
    line('Name', metadata.name),
    metadata.namespace ? line('Namespace', metadata.namespace) : '',
    labelLines('Labels', metadata.labels),
    annotationLines('Annotations', metadata.annotations),
  ].join('');

const entriesOf = (data: unknown): [string, string][] =>
  (isRecord(data) ? (Object.entries(data) as [string, string][]) : []).sort(([a], [b]) => (a < b ? -1 : 1));

const bytesOf = (base64: string): number => Buffer.from(base64, 'base64').length;

export async function describeConfigMap(session: Session, object: AnyObject): Promise<string> {
  const texts = entriesOf(object.data).map(([key, value]) => `${key}:\n----\n${value}\n\n`);
  const binary = entriesOf(object.binaryData).map(([key, value]) => `${key}: ${bytesOf(value)} bytes\n`);
  const events = await eventLines(session, object);
  return `${head(object)}\nData\n====\n${texts.join('')}\nBinaryData\n====\n${binary.join('')}\n${events}`;
}

export async function describeSecret(_: Session, object: AnyObject): Promise<string> {
  const sizes = entriesOf(object.data).map(([key, value]) => `${key}:\t${bytesOf(value)} bytes\n`);
  return `${head(object)}\nType:\t${object.type ?? ''}\n\nData\n====\n${sizes.join('')}`;
}

export async function describeNamespace(_: Session, object: AnyObject): Promise<string> {
  const phase = isRecord(object.status) ? object.status.phase : '';
  return `${head(object)}${line('Status', phase)}`;
}
