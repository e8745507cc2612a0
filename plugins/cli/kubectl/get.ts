// kubectl get: tables as the server makes them, or objects as -o wants them.

import type { KubectlCommand } from './command.ts';
import { isRefusal, KubectlError } from './errors.ts';
import { fileFlags } from './manifests.ts';
import { formatted, isTable } from './output.ts';
import type { AnyObject } from './records.ts';
import type { ResourceType } from './resource-types.ts';
import { ask, objectsOf, type SelectionOptions, select, selectorFlags, type Target, targetPath } from './selection.ts';
import type { Session } from './session.ts';
import { type Table, TablePrinter, tableAccept } from './table-printer.ts';

export interface GetOptions extends SelectionOptions {
  readonly output?: string;
  readonly headers: boolean;
  readonly showLabels?: boolean;
  readonly showKind?: boolean;
  readonly ignoreNotFound?: boolean;
  readonly sortBy?: string;
  readonly watch?: boolean;
  readonly watchOnly?: boolean;
  readonly chunkSize: string;
}

export const get: KubectlCommand<GetOptions> = {
  usage: '(TYPE[,TYPE] [NAME...] | TYPE/NAME ... | -f FILE) [flags]',
  summary: 'shows objects',
  flags: (command) =>
    selectorFlags(fileFlags(command))
      .option('-o, --output <format>', 'wide, yaml, json, name, jsonpath=TEMPLATE')
      .option('-A, --all-namespaces', 'in all namespaces')
      .option('--field-selector <fields>', 'only objects with these fields: status.phase=Running')
      .option('--no-headers', 'tables without headings')
      .option('--show-labels', 'labels as the last column')
      .option('--show-kind', 'names with their type')
      .option('--ignore-not-found', 'what is missing is no error')
      .option('--sort-by <path>', 'order rows by a field: .metadata.name')
      .option('-w, --watch', 'go on with what changes')
      .option('--watch-only', 'only what changes')
      .option('--chunk-size <n>', 'objects a request', '500')
      .option('--show-managed-fields', 'taken, and without effect'),

  async run(session, args, options) {
    if (args.length === 0 && !options.filename) {
      session.warn(
        'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
      throw new KubectlError(
        'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee \'kubectl get -h\' for help and examples',
      );
    }
    const targets = await select(session, args, options);
    if (options.watch || options.watchOnly) {
      const { watchTarget } = await import('./get-watch.ts');
      return watchTarget(session, targets, options);
    }
    if (isTable(options.output)) return printTables(session, targets, options);
    return printObjects(session, targets, options);
  },
};

export const printerFor = (session: Session, kinds: boolean, options: GetOptions): TablePrinter =>
  new TablePrinter((text) => session.terminal.out(text), {
    wide: options.output === 'wide',
    headings: options.headers,
    labels: options.showLabels === true,
    namespaces: options.allNamespaces === true,
    kinds: options.showKind === true || kinds,
  });

async function printTables(session: Session, targets: readonly Target[], options: GetOptions): Promise<void> {
  const found: { readonly type: ResourceType; readonly table: Table }[] = [];
  const failures: unknown[] = [];
  for (const target of targets) {
    try {
      for (const table of await tablesOf(session, target, options)) {
        if (table.rows && table.rows.length > 0) found.push({ type: target.type, table });
      }
    } catch (error) {
      if (!(options.ignoreNotFound && isRefusal(error, 'NotFound'))) failures.push(error);
    }
  }
  // Names carry their type where several types were asked for, and some of them were there.
  const types = new Set((failures.length > 0 ? found : targets).map(({ type }) => type));
  const printer = printerFor(session, types.size > 1, options);
  for (const { type, table } of found) printer.add(type, table);
  printer.flush();
  for (const failure of failures) session.fail(failure);
  if (found.length === 0 && failures.length === 0 && !options.ignoreNotFound) {
    const here = !options.allNamespaces && targets.some(({ type }) => type.namespaced);
    session.warn(here ? `No resources found in ${session.namespace} namespace.` : 'No resources found');
  }
}

/** All pages; sorted when --sort-by says so, for which whole objects are asked for. */
async function tablesOf(session: Session, target: Target, options: GetOptions): Promise<Table[]> {
  const whole = options.sortBy !== undefined;
  const query = {
    labelSelector: options.selector,
    fieldSelector: options.fieldSelector,
    ...(whole && { includeObject: 'Object' }),
    ...(target.name === undefined && !whole && { limit: Number(options.chunkSize) || undefined }),
  };
  const tables: Table[] = [];
  let more: string | undefined;
  do {
    const page = { ...query, continue: more };
    const table = await ask(target, options, () =>
      session.server.get<Table>(targetPath(target), page, { accept: tableAccept }),
    );
    tables.push(table);
    more = table.metadata?.continue;
  } while (more);
  return options.sortBy === undefined ? tables : [await sorted(tables, options.sortBy)];
}

async function sorted(tables: readonly Table[], by: string): Promise<Table> {
  const { find } = await import('./json-path.ts');
  const path = by.replace(/^\{|\}$/g, '');
  const rows = tables.flatMap(({ rows = [] }) => rows).map((row) => ({ row, value: find(path, row.object)[0] }));
  const compare = (a: unknown, b: unknown) =>
    a === b ? 0 : a === undefined ? -1 : b === undefined ? 1 : (a as string) < (b as string) ? -1 : 1;
  return { ...tables[0]!, rows: rows.sort((a, b) => compare(a.value, b.value)).map(({ row }) => row) };
}

async function printObjects(session: Session, targets: readonly Target[], options: GetOptions): Promise<void> {
  const objects: AnyObject[] = [];
  for (const target of targets) {
    try {
      objects.push(...(await objectsOf(session, target, options)));
    } catch (error) {
      if (!(options.ignoreNotFound && isRefusal(error, 'NotFound'))) session.fail(error);
    }
  }
  const [one] = objects;
  const alone = targets.length === 1 && targets[0]!.name !== undefined;
  if (alone && one === undefined) return;
  if (session.exitCode !== 0 && objects.length === 0) return;
  if (options.output === 'name') {
    for (const object of objects) session.terminal.out(await formatted(object, 'name'));
    return;
  }
  const list = { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } };
  session.terminal.out(await formatted(alone ? one! : list, options.output ?? ''));
}
