// kubectl set image: another image for containers of a pod, or of a workload's template.

import type { Container } from '../../../core/model/container.ts';
import type { KubectlCommand } from './command.ts';
import { KubectlError } from './errors.ts';
import { fileFlags } from './manifests.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery, printChange } from './output.ts';
import { type AnyObject, isRecord } from './records.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';

type Options = ChangeOptions & SelectionOptions;

export const setImage: KubectlCommand<Options> = {
  usage: '(TYPE NAME | TYPE/NAME | -f FILE) CONTAINER=IMAGE ... [flags]',
  summary: 'gives containers another image',
  flags: (command) => selectorFlags(changeFlags(fileFlags(command))).option('--all', 'all of the type'),

  async run(session, args, options) {
    const images = new Map(
      args.filter((arg) => arg.includes('=')).map((arg) => [arg.split('=')[0]!, arg.slice(arg.indexOf('=') + 1)]),
    );
    const resources = args.filter((arg) => !arg.includes('='));
    if (resources.length === 0 && !options.filename)
      throw new KubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (images.size === 0) throw new KubectlError('at least one image update is required');
    for await (const { type, object } of visit(session, await select(session, resources, options), options)) {
      const { name, namespace } = object.metadata;
      const wanted = changesOf(object, images);
      const missing = [...images.keys()].filter((container) => container !== '*' && !wanted.known.has(container));
      for (const container of missing) session.fail(new KubectlError(`unable to find container named "${container}"`));
      if (missing.length > 0 || Object.keys(wanted.patch).length === 0) continue;
      const body = { spec: object.kind === 'Pod' ? wanted.patch : { template: { spec: wanted.patch } } };
      const query = { fieldManager: 'kubectl-set', ...dryRunQuery(options) };
      const strategic = 'application/strategic-merge-patch+json';
      const send = () =>
        session.server.send<AnyObject>('PATCH', pathOf(type, namespace, name), { query, body, type: strategic });
      try {
        await printChange(session, dryRunOf(options) === 'client' ? object : await send(), 'image updated', options);
      } catch (error) {
        session.fail(error);
      }
    }
  },
};

/** The part of a pod's spec that changes, and the names of all its containers. */
function changesOf(object: AnyObject, images: ReadonlyMap<string, string>) {
  const spec = isRecord(object.spec) ? object.spec : {};
  const podSpec = isRecord(spec.template) && isRecord(spec.template.spec) ? spec.template.spec : spec;
  const lists = ['containers', 'initContainers'].map((list) => [list, (podSpec[list] ?? []) as Container[]] as const);
  const imageOf = (name: string) => images.get(name) ?? images.get('*');
  const changed = lists.map(([list, containers]) => {
    const others = containers.filter(({ name, image }) => imageOf(name) !== undefined && imageOf(name) !== image);
    return [list, others.map(({ name }) => ({ name, image: imageOf(name) }))] as const;
  });
  return {
    known: new Set(lists.flatMap(([, containers]) => containers.map(({ name }) => name))),
    patch: Object.fromEntries(changed.filter(([, containers]) => containers.length > 0)),
  };
}
