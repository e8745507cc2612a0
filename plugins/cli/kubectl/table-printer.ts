// Table printer: the server's tables (meta.k8s.io/v1 Table) as kubectl prints them. The server chose columns and cells; here
// columns are left out (-o wide shows them all), added (namespace, labels) and aligned.
// Always true: rows that follow later stay aligned with those before; a heading is printed when it changes.

import type { KubeObject } from '../../../core/model/meta.ts';
import { type ResourceType, typeName } from './resource-types.ts';
import { tabbed } from './tab-writer.ts';

/** What to ask the server for, so that it answers with a table. */
export const tableAccept = ['v1', 'v1beta1']
  .map((version) => `application/json;as=Table;v=${version};g=meta.k8s.io`)
  .concat('application/json')
  .join(',');

export interface Table {
  readonly kind: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly columnDefinitions?: readonly {
    readonly name: string;
    readonly priority?: number;
    readonly format?: string;
  }[];
  readonly rows?: readonly { readonly cells: readonly unknown[]; readonly object?: KubeObject }[];
}

export interface TableOptions {
  readonly wide: boolean;
  readonly headings: boolean;
  readonly labels: boolean;
  /** A column with the namespace. */
  readonly namespaces: boolean;
  /** `pod/web` instead of `web`. */
  readonly kinds: boolean;
}

export class TablePrinter {
  readonly #write: (text: string) => void;
  readonly #options: TableOptions;
  #type: ResourceType | undefined;
  #columns: Table['columnDefinitions'];
  #widths: number[] = [];
  #waiting = '';

  constructor(write: (text: string) => void, options: TableOptions) {
    this.#write = write;
    this.#options = options;
  }

  /** Adds a table's rows; they are aligned with those that wait already, when they are of the same type. */
  add(type: ResourceType, table: Table): void {
    const { rows = [] } = table;
    if (table.columnDefinitions && table.columnDefinitions.length > 0) this.#columns = table.columnDefinitions;
    if (rows.length === 0) return;
    if (this.#type !== type) {
      if (this.#type) {
        this.flush();
        if (this.#options.headings) this.#write('\n');
      }
      this.#type = type;
      this.#widths = [];
      if (this.#options.headings) this.#line(this.#heading(type));
    }
    for (const row of rows) this.#line(this.#cells(type, row));
  }

  /** Prints what waits. */
  flush(): void {
    if (this.#waiting === '') return;
    this.#write(tabbed(this.#waiting, { minWidth: 6, padding: 3, remembered: this.#widths }));
    this.#waiting = '';
  }

  #line(cells: readonly unknown[]): void {
    this.#waiting += `${cells.map(oneLine).join('\t')}\n`;
  }

  #shown<T>(cells: readonly T[]): T[] {
    const columns = this.#columns ?? [];
    return cells.filter((_, i) => this.#options.wide || (columns[i]?.priority ?? 0) === 0);
  }

  #withNamespace(type: ResourceType): boolean {
    return this.#options.namespaces && type.namespaced;
  }

  #heading(type: ResourceType): string[] {
    const names = this.#shown(this.#columns ?? []).map(({ name }) => name.toUpperCase());
    return [...(this.#withNamespace(type) ? ['NAMESPACE'] : []), ...names, ...(this.#options.labels ? ['LABELS'] : [])];
  }

  #cells(type: ResourceType, { cells, object }: NonNullable<Table['rows']>[number]): unknown[] {
    const named = cells.map((cell, i) => (this.#options.kinds && i === 0 ? `${typeName(type)}/${cell}` : cell));
    return [
      ...(this.#withNamespace(type) ? [object?.metadata.namespace ?? ''] : []),
      ...this.#shown(named),
      ...(this.#options.labels ? [labelsOf(object)] : []),
    ];
  }
}

/** Line ends and tabs in a cell would break the table. */
const oneLine = (cell: unknown): string =>
  String(cell ?? '<none>')
    .replace(/\n[\s\S]*$/, '...')
    .replaceAll('\t', ' ');

function labelsOf(object: KubeObject | undefined): string {
  const labels = Object.entries(object?.metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return labels.length > 0 ? labels.sort().join(',') : '<none>';
}
