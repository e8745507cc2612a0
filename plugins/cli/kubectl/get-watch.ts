// kubectl get -w: what there is, then each change as a row more.

import { KubectlError } from './errors.ts';
import { type GetOptions, printerFor } from './get.ts';
import { formatted, isTable } from './output.ts';
import type { AnyObject } from './records.ts';
import { type Target, targetPath } from './selection.ts';
import type { Session } from './session.ts';
import { type Table, tableAccept } from './table-printer.ts';

/** Goes on until the server ends it or nobody looks any more. @throws KubectlError for more than one type */
export async function watchTarget(session: Session, targets: readonly Target[], options: GetOptions): Promise<void> {
  const [target] = targets;
  if (!target || targets.length > 1) throw new KubectlError('you may only specify a single resource type');
  const { name, ...list } = target;
  const fields = name === undefined ? options.fieldSelector : `metadata.name=${name}`;
  const query = { labelSelector: options.selector, fieldSelector: fields };
  const { signal } = session.terminal;
  const table = isTable(options.output);
  const ask = { ...(table && { accept: tableAccept }), ...(signal && { signal }) };
  const printer = printerFor(session, false, options);

  /** A Table, or a list or an object. */
  const show = async (answer: Table | AnyObject): Promise<void> => {
    if (table) {
      printer.add(target.type, answer as Table);
      return printer.flush();
    }
    session.terminal.out(await formatted(answer as AnyObject, options.output ?? ''));
  };

  // One object is asked for by its name, so that a missing one is an error.
  const first = await session.server.get<Table & AnyObject>(
    targetPath(target),
    name === undefined ? { ...query, limit: 500 } : {},
    ask,
  );
  if (!options.watchOnly) {
    const items = (first as unknown as { items?: AnyObject[] }).items;
    if (table || !items) await show(first);
    else for (const item of items) await show({ ...item, apiVersion: first.apiVersion, kind: target.type.kind });
  }
  const resourceVersion = first.metadata?.resourceVersion ?? first.rows?.[0]?.object?.metadata.resourceVersion;
  const events = session.server.watch<Table | AnyObject>(targetPath(list), { ...query, resourceVersion }, ask);
  for await (const { type, object } of events) if (type !== 'BOOKMARK') await show(object);
}
