// kubectl drain: cordons a node and evicts its pods, so that it can be taken away.
//   pods of a DaemonSet      stay (--ignore-daemonsets must say so)
//   pods with an emptyDir    lose its contents (--delete-emptydir-data must say so)
//   pods without controller  do not come back (--force must say so)

import { controllerOf } from '../../../core/model/meta.ts';
import type { Node } from '../../../core/model/node.ts';
import type { Pod } from '../../../core/model/pod.ts';
import type { KubectlCommand } from './command.ts';
import { nodeArgs, setUnschedulable } from './cordon.ts';
import { isRefusal, KubectlError } from './errors.ts';
import { gone } from './gone.ts';
import { type ChangeOptions, changeFlags, dryRunOf } from './output.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';
import type { Session } from './session.ts';
import { timeLimit } from './time-limit.ts';

interface Options extends ChangeOptions, SelectionOptions {
  readonly ignoreDaemonsets?: boolean;
  readonly deleteEmptydirData?: boolean;
  readonly force?: boolean;
  readonly gracePeriod: string;
  readonly timeout?: string;
  readonly disableEviction?: boolean;
  readonly podSelector?: string;
}

export const drain: KubectlCommand<Options> = {
  usage: 'NODE... [flags]',
  summary: 'takes all pods off a node',
  flags: (command) =>
    selectorFlags(changeFlags(command))
      .option('--ignore-daemonsets', 'leave pods of daemon sets where they are')
      .option('--delete-emptydir-data', 'even if pods have an emptyDir')
      .option('--force', 'even pods without a controller')
      .option('--grace-period <seconds>', 'time that pods have to end; -1: what they say', '-1')
      .option('--timeout <time>', 'how long to wait: 30s, 5m')
      .option('--disable-eviction', 'delete, whatever disruption budgets say')
      .option('--pod-selector <labels>', 'only pods with these labels'),

  async run(session, args, options) {
    if (args.length === 0 && !options.selector) {
      throw new KubectlError("USAGE: drain NODE [flags]\nSee 'kubectl drain -h' for help and examples");
    }
    const signal = timeLimit(options.timeout, session.terminal.signal);
    const nodes: Node[] = [];
    for await (const { object } of visit(session, await select(session, nodeArgs(args), options), options)) {
      nodes.push(object as unknown as Node);
    }
    for (const node of nodes) await setUnschedulable(session, node, true, options);
    for (const [i, node] of nodes.entries()) {
      try {
        await drainNode(session, node, options, signal);
        session.print(`node/${node.metadata.name} drained${dryRunOf(options) === 'client' ? ' (dry run)' : ''}`);
      } catch (error) {
        const left = nodes.slice(i).map(({ metadata }) => ` ${metadata.name}\n`);
        const why = error instanceof Error ? error.message : String(error);
        session.warn(`error: unable to drain node "${node.metadata.name}" due to error: ${why}, continuing command...`);
        session.warn(`There are pending nodes to be drained:\n${left.join('')}${why}`);
        session.exitCode = 1;
      }
    }
  },
};

async function drainNode(
  session: Session,
  node: Node,
  options: Options,
  signal: AbortSignal | undefined,
): Promise<void> {
  const type = await session.type('pods');
  const query = { fieldSelector: `spec.nodeName=${node.metadata.name}`, labelSelector: options.podSelector };
  const list = await session.server.get<{ items?: Pod[] }>(pathOf(type, undefined), query);
  const pods = (list.items ?? []).map((pod) => ({ ...pod, apiVersion: 'v1', kind: 'Pod' }));
  const verdicts = pods.map((pod) => ({ pod, ...verdictOn(pod, options) }));
  const problems = groups(verdicts, 'refused');
  if (problems.length > 0) throw new KubectlError(problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`);
  const warnings = groups(verdicts, 'warning');
  if (warnings.length > 0) session.warn(`Warning: ${warnings.join('; ')}`);
  if (dryRunOf(options) !== 'none') return;
  const leaving = verdicts.filter(({ stays }) => !stays).map(({ pod }) => pod);
  await Promise.all(
    leaving.map(async (pod) => {
      await evict(session, pod, options, signal);
      await gone(session, { type, object: pod as unknown as AnyObject }, signal);
      session.print(`pod/${pod.metadata.name} ${options.disableEviction ? 'deleted' : 'evicted'}`);
    }),
  );
}

interface Verdict {
  readonly stays?: boolean;
  readonly refused?: string;
  readonly warning?: string;
}

function verdictOn(pod: Pod, options: Options): Verdict {
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return { stays: true };
  const controller = controllerOf(pod);
  if (controller?.kind === 'DaemonSet') {
    if (!options.ignoreDaemonsets)
      return { refused: 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
    return { stays: true, warning: 'ignoring DaemonSet-managed Pods' };
  }
  const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (!finished && !options.deleteEmptydirData && pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined)) {
    return { refused: 'cannot delete Pods with local storage (use --delete-emptydir-data to override)' };
  }
  if (finished || controller) return {};
  if (!options.force)
    return { refused: 'cannot delete cannot delete Pods that declare no controller (use --force to override)' };
  return { warning: 'deleting Pods that declare no controller' };
}

/** `what: default/a, default/b`, one for each thing that is said. */
function groups(verdicts: readonly (Verdict & { readonly pod: Pod })[], of: 'refused' | 'warning'): string[] {
  const said = new Map<string, string[]>();
  for (const verdict of verdicts) {
    const text = verdict[of];
    const { namespace, name } = verdict.pod.metadata;
    if (text) said.set(text, [...(said.get(text) ?? []), `${namespace}/${name}`]);
  }
  return [...said].map(([text, pods]) => `${text}: ${pods.join(', ')}`);
}

/** How long to wait before a pod that a disruption budget protects is tried again, in milliseconds; as in kubectl. */
const retryAfter = 5000;

async function evict(
  session: Session,
  { metadata }: Pod,
  options: Options,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { name, namespace } = metadata;
  const path = pathOf(await session.type('pods'), namespace, name);
  const seconds = Number(options.gracePeriod);
  const deleteOptions = seconds >= 0 ? { gracePeriodSeconds: seconds } : {};
  if (!options.disableEviction) session.warn(`evicting pod ${namespace}/${name}`);
  for (;;) {
    try {
      if (options.disableEviction) await session.server.send('DELETE', path, { body: deleteOptions });
      else {
        const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions };
        await session.server.send('POST', `${path}/eviction`, { body });
      }
      return;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.reason === 'NotFound') return;
      if (error.reason !== 'TooManyRequests') throw error;
      session.warn(`error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${error.message}`);
      await session.clock.sleep(retryAfter, signal);
    }
  }
}
