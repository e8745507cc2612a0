// kubectl logs: what containers have written: of one pod, of a pod of a deployment, of all pods with a label.

import type { Pod } from '../../../core/model/pod.ts';
import type { KubectlCommand } from './command.ts';
import { isRefusal, KubectlError } from './errors.ts';
import { mostUsefulFirst, podsOf, selectorText } from './pods-of.ts';
import { pathOf } from './resource-types.ts';
import { select, selectorFlags } from './selection.ts';
import type { Session } from './session.ts';
import { duration } from './time-limit.ts';

interface Options {
  readonly follow?: boolean;
  readonly container?: string;
  readonly tail: string;
  readonly previous?: boolean;
  readonly selector?: string;
  readonly allContainers?: boolean;
  readonly timestamps?: boolean;
  readonly since?: string;
  readonly sinceTime?: string;
  readonly limitBytes?: string;
  readonly prefix?: boolean;
}

export const logs: KubectlCommand<Options> = {
  usage: '[-f] [-p] (POD | TYPE/NAME | -l label) [-c CONTAINER] [flags]',
  summary: 'shows what containers have written',
  flags: (command) =>
    selectorFlags(command)
      .option('-f, --follow', 'go on with what comes')
      .option('-c, --container <name>', 'which container')
      .option('--tail <lines>', 'only the last lines; -1: all', '-1')
      .option('-p, --previous', 'of the container before its last restart')
      .option('--all-containers', 'of all containers')
      .option('--timestamps', 'each line with its time')
      .option('--since <time>', 'not older: 5s, 2m, 3h')
      .option('--since-time <time>', 'not older than that time (RFC 3339)')
      .option('--limit-bytes <n>', 'not more bytes')
      .option('--prefix', 'each line with its pod and container')
      .option('--max-log-requests <n>', 'taken, and without effect'),

  async run(session, args, options) {
    const pods = await wantedPods(session, args, options);
    const container = options.container ?? (args.length === 2 ? args[1] : undefined);
    const sources = pods.flatMap((pod) =>
      containersOf(session, pod, container, options).map((name) => ({ pod, name })),
    );
    const type = await session.type('pods');
    const query = {
      follow: options.follow,
      previous: options.previous,
      timestamps: options.timestamps,
      sinceSeconds: options.since === undefined ? undefined : Math.ceil(duration(options.since) / 1000),
      sinceTime: options.sinceTime,
      limitBytes: options.limitBytes,
      tailLines: Number(options.tail) >= 0 ? options.tail : options.selector ? 10 : undefined,
    };
    const show = async ({ pod, name }: (typeof sources)[number]): Promise<void> => {
      const path = pathOf(type, pod.metadata.namespace, pod.metadata.name, 'log');
      const chunks = session.server.chunks(path, { ...query, container: name }, { signal: session.terminal.signal });
      if (!options.prefix) for await (const chunk of chunks) session.terminal.out(chunk);
      else for await (const line of linesOf(chunks)) session.print(`[pod/${pod.metadata.name}/${name}] ${line}`);
    };
    if (options.follow) await Promise.all(sources.map(show));
    else for (const source of sources) await show(source);
  },
};

async function wantedPods(session: Session, args: readonly string[], options: Options): Promise<Pod[]> {
  const [first] = args;
  if (options.selector) {
    const pods = await podsOf(session, session.namespace, options.selector);
    if (pods.length === 0) session.warn(`No resources found in ${session.namespace} namespace.`);
    return pods;
  }
  if (first === undefined) {
    throw new KubectlError(
      "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples",
    );
  }
  const [target] = await select(session, [first.includes('/') ? first : `pods/${first}`]);
  const { type, namespace, name } = target!;
  const object = await session.server.get<Pod>(pathOf(type, namespace, name!)).catch((error: unknown) => {
    if (!isRefusal(error, 'NotFound') || first.includes('/')) throw error;
    throw new KubectlError(`error from server (NotFound): ${error.message} in namespace "${namespace}"`);
  });
  if (type.plural === 'pods') return [object];
  const pods = mostUsefulFirst(await podsOf(session, namespace, selectorText(object)));
  const [best] = pods;
  if (!best) throw new KubectlError('timed out waiting for the condition');
  if (pods.length > 1) session.warn(`Found ${pods.length} pods, using pod/${best.metadata.name}`);
  return [best];
}

/** Names of the containers whose logs are wanted. @throws KubectlError when there is none of that name */
function containersOf(session: Session, pod: Pod, container: string | undefined, options: Options): string[] {
  const { containers, initContainers = [] } = pod.spec;
  const all = [...initContainers, ...containers].map(({ name }) => name);
  if (options.allContainers) return all;
  if (container !== undefined) {
    if (!all.includes(container))
      throw new KubectlError(`container ${container} is not valid for pod ${pod.metadata.name}`);
    return [container];
  }
  const names = containers.map(({ name }) => name);
  const chosen = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (chosen !== undefined && all.includes(chosen)) return [chosen];
  const others = [...names, ...initContainers.map(({ name }) => `${name} (init)`)];
  if (others.length > 1) session.warn(`Defaulted container "${names[0]}" out of: ${others.join(', ')}`);
  return names.slice(0, 1);
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
