// Built-in kubectl: what the labs need of kubectl, for machines where it is not installed. Same words, same tables, same
// exit codes; what it does not know it says, and names where kubectl can be had.
//   builtInKubectl(['get', 'pods', '-A'], '/path/to/kubeconfig')      gives the exit code
// Always true: it speaks HTTPS to the server of the kubeconfig and nothing else, so what it shows is what is there; each
// command is a file of its own, loaded when it is asked for.

import { CommanderError } from 'commander';
import { RealClock } from '../../../core/time/real-clock.ts';
import type { KubectlCommand } from './command.ts';
import { exitCodeOf, explain, installPage, unknownToUs } from './errors.ts';
import { commandFlags, toCommander, wordsOf } from './flags.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { Server } from './server.ts';
import { Session } from './session.ts';
import { processTerminal, type Terminal } from './terminal.ts';

type Loader = () => Promise<KubectlCommand>;

/** Every command; a word of two parts is a command with subcommands. */
const commands: Readonly<Record<string, Loader>> = {
  get: async () => (await import('./get.ts')).get,
  describe: async () => (await import('./describe.ts')).describe,
  apply: async () => (await import('./apply.ts')).apply,
  create: async () => (await import('./create.ts')).create,
  'create deployment': async () => (await import('./create-deployment.ts')).createDeployment,
  'create namespace': async () => (await import('./create-simple.ts')).createNamespace,
  'create serviceaccount': async () => (await import('./create-simple.ts')).createServiceAccount,
  'create configmap': async () => (await import('./create-data.ts')).createConfigMap,
  'create secret generic': async () => (await import('./create-data.ts')).createSecret,
  'create service clusterip': async () => (await import('./create-service.ts')).createService('ClusterIP'),
  'create service nodeport': async () => (await import('./create-service.ts')).createService('NodePort'),
  'create service loadbalancer': async () => (await import('./create-service.ts')).createService('LoadBalancer'),
  'create priorityclass': async () => (await import('./create-priority-class.ts')).createPriorityClass,
  'create poddisruptionbudget': async () => (await import('./create-disruption-budget.ts')).createDisruptionBudget,
  expose: async () => (await import('./expose.ts')).expose,
  scale: async () => (await import('./scale.ts')).scale,
  delete: async () => (await import('./delete.ts')).deleteObjects,
  logs: async () => (await import('./logs.ts')).logs,
  'rollout status': async () => (await import('./rollout-status.ts')).rolloutStatus,
  'rollout history': async () => (await import('./rollout-history.ts')).rolloutHistory,
  'rollout undo': async () => (await import('./rollout-undo.ts')).rolloutUndo,
  'rollout restart': async () => (await import('./rollout-change.ts')).rolloutRestart,
  'rollout pause': async () => (await import('./rollout-change.ts')).rolloutPause,
  'rollout resume': async () => (await import('./rollout-change.ts')).rolloutResume,
  'set image': async () => (await import('./set-image.ts')).setImage,
  label: async () => (await import('./label.ts')).label,
  annotate: async () => (await import('./label.ts')).annotate,
  cordon: async () => (await import('./cordon.ts')).cordon,
  uncordon: async () => (await import('./cordon.ts')).uncordon,
  drain: async () => (await import('./drain.ts')).drain,
  version: async () => (await import('./version.ts')).version,
  'api-resources': async () => (await import('./api-resources.ts')).apiResources,
};

const aliases: Readonly<Record<string, string>> = {
  'create ns': 'create namespace',
  'create deploy': 'create deployment',
  'create cm': 'create configmap',
  'create sa': 'create serviceaccount',
  'create pc': 'create priorityclass',
  'create pdb': 'create poddisruptionbudget',
  'create svc clusterip': 'create service clusterip',
  'create svc nodeport': 'create service nodeport',
  'create svc loadbalancer': 'create service loadbalancer',
};

/** Runs one command. @param kubeconfig path of a file that names the cluster. */
export async function builtInKubectl(
  args: readonly string[],
  kubeconfig: string,
  terminal: Terminal = processTerminal(),
): Promise<number> {
  let session: Session | undefined;
  try {
    const words = wordsOf(args);
    const name = nameOf(words);
    const command = name === undefined ? undefined : await commands[name]!();
    if (!command || name === undefined) {
      if (args.length > 0 && !['help', '--help', '-h'].includes(args[0]!))
        throw unknownToUs(unknownWord(words) ?? args[0]!);
      terminal.out(overview());
      return 0;
    }
    const parser = commandFlags(name, command);
    const given = toCommander(withoutWords(args, name.split(' ').length), parser.options);
    if (given === 'help') {
      terminal.out(parser.helpInformation());
      return 0;
    }
    parser.parse(given, { from: 'user' });
    const options = parser.opts();
    const access = await readKubeconfig(options.kubeconfig ?? kubeconfig, options.context);
    session = new Session(new Server(access, terminal), terminal, new RealClock(), {
      namespace: options.namespace ?? access.namespace ?? 'default',
      namespaceGiven: options.namespace !== undefined,
    });
    await command.run(session, parser.args, options as never);
    session.end();
    return session.exitCode;
  } catch (error) {
    session?.end();
    if (error instanceof CommanderError) terminal.err(`error: ${error.message.replace(/^error: /, '')}\n`);
    else terminal.err(`${explain(error)}\n`);
    return exitCodeOf(error);
  } finally {
    session?.server.close();
  }
}

/** The longest name of a command that the words begin with; `create -f` is the word `create` alone. */
function nameOf(words: readonly string[]): string | undefined {
  for (const length of [3, 2, 1]) {
    const name = words.slice(0, length).join(' ');
    const known = aliases[name] ?? name;
    if (words.length >= length && Object.hasOwn(commands, known)) return known;
  }
  return undefined;
}

/** `exec`, `rollout nonsense`: as many words as it takes to say what is not there. */
function unknownWord(words: readonly string[]): string | undefined {
  const known = [...Object.keys(commands), ...Object.keys(aliases)];
  const length = words.findIndex(
    (_, i) => !known.some((name) => name.startsWith(`${words.slice(0, i + 1).join(' ')} `)),
  );
  return words.length === 0 ? undefined : words.slice(0, length < 0 ? words.length : length + 1).join(' ');
}

/** The arguments without the command's own words, which may stand between flags. */
function withoutWords(args: readonly string[], count: number): string[] {
  const places = new Set(wordsOf.places(args).slice(0, count));
  return args.filter((_, place) => !places.has(place));
}

function overview(): string {
  const names = Object.keys(commands).map((name) => `  kubectl ${name}`);
  return `The built-in kubectl of Kubelab knows:\n${names.join('\n')}\n\nFor everything else install kubectl: ${installPage}\n`;
}
