// kubectl label, kubectl annotate: KEY=VALUE sets, KEY- takes away.

import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { fileFlags } from './manifests.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery, printChange } from './output.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';

interface Options extends ChangeOptions, SelectionOptions {
  readonly overwrite?: boolean;
}

const isChange = (arg: string) => /^[^=]+=/.test(arg) || /[^-]-$/.test(arg);

const command = (field: 'labels' | 'annotations', done: string): KubectlCommand<Options> => ({
  usage: '(TYPE NAME | TYPE/NAME | -f FILE) KEY=VALUE ... KEY- ... [flags]',
  summary: `sets and takes away ${field}`,
  flags: (parser) =>
    selectorFlags(changeFlags(fileFlags(parser)))
      .option('--overwrite', 'even if the key has another value')
      .option('--all', 'all of the type')
      .option('-A, --all-namespaces', 'in all namespaces'),

  async run(session, args, options) {
    const from = args.findIndex((arg, i) => isChange(arg) && (i > 0 || options.filename !== undefined));
    const changes = new Map(
      (from < 0 ? [] : args.slice(from)).map((arg) =>
        arg.includes('=') ? [arg.split('=')[0]!, arg.slice(arg.indexOf('=') + 1)] : [arg.slice(0, -1), null],
      ),
    );
    if (changes.size === 0)
      throw new KubectlError(`at least one ${field === 'labels' ? 'label' : 'annotation'} update is required`);
    for await (const { type, object } of visit(session, await select(session, args.slice(0, from), options), options)) {
      const { name, namespace } = object.metadata;
      const now = object.metadata[field] ?? {};
      const clash = [...changes].find(
        ([key, value]) => value !== null && Object.hasOwn(now, key) && now[key] !== value,
      );
      if (clash && !options.overwrite) {
        session.fail(
          new KubectlError(`'${clash[0]}' already has a value (${now[clash[0]]}), and --overwrite is false`),
        );
        continue;
      }
      const body = { metadata: { [field]: Object.fromEntries(changes) } };
      const query = { fieldManager: `kubectl-${field === 'labels' ? 'label' : 'annotate'}`, ...dryRunQuery(options) };
      const merge = 'application/merge-patch+json';
      const differs = [...changes].some(([key, value]) =>
        value === null ? Object.hasOwn(now, key) : now[key] !== value,
      );
      const send = () =>
        session.server.send<AnyObject>('PATCH', pathOf(type, namespace, name), { query, body, type: merge });
      try {
        const sent = dryRunOf(options) === 'client' || !differs ? object : await send();
        const removed = [...changes.values()].every((value) => value === null);
        const told = field === 'annotations' ? done : !differs ? `not ${done}` : removed ? `un${done}` : done;
        await printChange(session, sent, told, options);
      } catch (error) {
        session.fail(error);
      }
    }
  },
});

export const label = command('labels', 'labeled');
export const annotate = command('annotations', 'annotated');
