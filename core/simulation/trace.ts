// Trace: pods that came to a real cluster, one a row, as comma separated values. The first line names the columns:
//   time       when it came: seconds since the scenario began (93.5), or a span (1m33s)            needed
//   name       of the pod; made from the workload's name and the row's number where it is empty
//   cpu        500m                    memory     2Gi                     what it asks for
//   duration   how long it runs once it has started: seconds or a span; the workload's where it is empty
//   priority   a whole number          exitCode   with which it ends (0)
//   namespace  schedulerName           texts
// Other columns are left out, and named. A field with a comma stands in double quotes.
// A broken line is counted and told, and the rest is used: who has a million lines will not mend each by hand.

import { quantity } from '../cluster/cluster-file.ts';
import { ConfigurationError } from '../cluster/configuration-error.ts';
import { spanOf } from './time-text.ts';

export interface TraceRow {
  /** Milliseconds since the scenario began. */
  readonly at: number;
  /** In the file. */
  readonly line: number;
  readonly name?: string;
  readonly namespace?: string;
  readonly cpu?: string;
  readonly memory?: string;
  /** Milliseconds. */
  readonly duration?: number;
  readonly priority?: number;
  readonly exitCode?: number;
  readonly schedulerName?: string;
}

export interface Trace {
  /** In order of time. */
  readonly rows: readonly TraceRow[];
  readonly broken: readonly { readonly line: number; readonly why: string }[];
  /** Columns that mean nothing here. */
  readonly ignored: readonly string[];
}

/** Reads a field of a row; throws why it cannot. */
type Read = (text: string) => Partial<TraceRow>;

const columns: Readonly<Record<string, Read>> = {
  time: (text) => ({ at: time(text, 'time') }),
  name: (text) => ({
    name: matching(text, 'name', /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'small letters, digits, - and .'),
  }),
  namespace: (text) => ({
    namespace: matching(text, 'namespace', /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'small letters, digits and -'),
  }),
  cpu: (text) => ({ cpu: matching(text, 'cpu', quantity, 'a quantity such as 500m') }),
  memory: (text) => ({ memory: matching(text, 'memory', quantity, 'a quantity such as 2Gi') }),
  duration: (text) => ({ duration: time(text, 'duration') }),
  priority: (text) => ({ priority: Number(matching(text, 'priority', /^-?\d{1,9}$/, 'a whole number')) }),
  exitCode: (text) => ({ exitCode: Number(matching(text, 'exitCode', /^\d{1,3}$/, 'a whole number')) }),
  schedulerName: (text) => ({ schedulerName: text }),
};

function time(text: string, column: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : spanOf(text);
  if (ms === undefined)
    throw new Error(`${column} must be seconds or a span such as 1m30s; found ${JSON.stringify(text)}`);
  return ms;
}

function matching(text: string, column: string, form: RegExp, wanted: string): string {
  if (form.test(text)) return text;
  throw new Error(`${column} must be ${wanted}; found ${JSON.stringify(text)}`);
}

/**
 * @param file its name, for messages
 * @param length of the scenario, milliseconds: what comes later is broken
 * @throws ConfigurationError when it has no head that names a time, or no line that can be used
 */
export function parseTrace(text: string, file: string, length: number): Trace {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const head = (fieldsOf(lines[0] ?? '') ?? []).map((field) => field.trim());
  const known = Object.keys(columns);
  if (!head.includes('time')) {
    throw new ConfigurationError(
      `${file}:1: a trace begins with the names of its columns, time among them; found ${head.join(', ') || 'nothing'}; those that are known: ${known.join(', ')}`,
    );
  }
  const broken: { line: number; why: string }[] = [];
  const rows: TraceRow[] = [];
  const names = new Set<string>();
  lines.forEach((content, index) => {
    if (index === 0 || content.trim() === '') return;
    const line = index + 1;
    try {
      rows.push(rowOf(content, head, line, length, names));
    } catch (error) {
      broken.push({ line, why: (error as Error).message });
    }
  });
  if (rows.length === 0) {
    const [first] = broken;
    throw new ConfigurationError(
      `${file}:${first?.line ?? 1}: the trace has no line that can be used${first ? `: ${first.why}` : ''}`,
    );
  }
  rows.sort((a, b) => a.at - b.at || a.line - b.line);
  return { rows, broken, ignored: head.filter((column) => !known.includes(column)) };
}

function rowOf(content: string, head: readonly string[], line: number, length: number, names: Set<string>): TraceRow {
  const fields = fieldsOf(content);
  if (!fields) throw new Error('a double quote is not closed');
  if (fields.length !== head.length) throw new Error(`${fields.length} fields where the head has ${head.length}`);
  let row: Partial<TraceRow> = {};
  head.forEach((column, index) => {
    const field = fields[index]!.trim();
    if (field !== '') row = { ...row, ...columns[column]?.(field) };
  });
  const { at, name, namespace = 'default' } = row;
  if (at === undefined) throw new Error('it has no time');
  if (at >= length) throw new Error(`it comes at ${at / 1000} s, after the end of the scenario (${length / 1000} s)`);
  const key = `${namespace}/${name}`;
  if (name !== undefined && names.has(key)) throw new Error(`a pod ${name} was there before; names are given once`);
  if (name !== undefined) names.add(key);
  return { ...row, at, line };
}

/** The fields of a line; undefined when a quote is not closed. A doubled quote inside quotes is one. */
function fieldsOf(line: string): string[] | undefined {
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (isQuoted && character === '"' && line[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return isQuoted ? undefined : [...fields, field];
}
