// kubectl cordon, uncordon: whether new pods may come to a node.

import type { Node } from '../../../core/model/node.ts';
import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery } from './output.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';
import type { Session } from './session.ts';

type Options = ChangeOptions & SelectionOptions;

const command = (verb: 'cordon' | 'uncordon'): KubectlCommand<Options> => ({
  usage: 'NODE... [flags]',
  summary: verb === 'cordon' ? 'keeps new pods off a node' : 'lets new pods come to a node again',
  flags: (parser) => selectorFlags(changeFlags(parser)),

  async run(session, args, options) {
    if (args.length === 0 && !options.selector) {
      throw new KubectlError(`USAGE: ${verb} NODE [flags]\nSee 'kubectl ${verb} -h' for help and examples`);
    }
    for await (const { object } of visit(session, await select(session, nodeArgs(args), options), options)) {
      try {
        await setUnschedulable(session, object as unknown as Node, verb === 'cordon', options);
      } catch (error) {
        session.fail(error);
      }
    }
  },
});

export const cordon = command('cordon');
export const uncordon = command('uncordon');

/** `node-1`, `node/node-1` */
export const nodeArgs = (args: readonly string[]): string[] =>
  args.some((arg) => arg.includes('/')) ? [...args] : ['nodes', ...args];

export async function setUnschedulable(
  session: Session,
  node: Node,
  wanted: boolean,
  options: ChangeOptions,
): Promise<void> {
  const { name } = node.metadata;
  const verb = wanted ? 'cordoned' : 'uncordoned';
  if ((node.spec?.unschedulable ?? false) === wanted) return session.print(`node/${name} already ${verb}`);
  const mode = dryRunOf(options);
  if (mode !== 'client') {
    await session.server.send('PATCH', pathOf(await session.type('nodes'), undefined, name), {
      query: dryRunQuery(options),
      body: { spec: { unschedulable: wanted ? true : null } },
      type: 'application/strategic-merge-patch+json',
    });
  }
  session.print(
    `node/${name} ${verb}${mode === 'client' ? ' (dry run)' : mode === 'server' ? ' (server dry run)' : ''}`,
  );
}
