// The kubelab command: which words it knows. Each command's work is in commands/, loaded only when it is asked for, so
// that `kubelab status` does not pay for what `kubelab up` needs.

import { Command, CommanderError } from 'commander';
import { exitCodeOf, fail } from './exit.ts';

const program = new Command('kubelab')
  .description('Kubernetes that you can take apart')
  .exitOverride()
  .showHelpAfterError('(kubelab --help shows all commands)')
  .enablePositionalOptions();

const named = (command: Command) => command.option('--name <name>', 'which cluster, where several run (kubelab)');
const json = (command: Command) =>
  command.option('-o, --output <format>', 'json').option('--plain', 'no colours, no redrawing');

program
  .command('up')
  .description('start a cluster')
  .option('-f, --file <cluster.yaml>', 'what the cluster is made of')
  .option('--nodes <n>', 'how many nodes (3)')
  .option('--store <plugin>', 'name of a plugin, or ./file.ts (memory; with --data lmdb)')
  .option('--scheduler <plugin>', 'name of a plugin, or ./file.ts (resource-fit)')
  .option('--runtime <plugin>', 'name of a plugin (process)')
  .option('--proxy <plugin>', 'name of a plugin (userspace)')
  .option('--port <n>', 'where the API listens; another one if it is taken (6443)')
  .option('--data <folder>', 'keep what should outlive the cluster here')
  .option(
    '--authorization-mode <modes>',
    'Node,RBAC: roles decide; AlwaysAllow: everybody may do everything (Node,RBAC)',
  )
  .option('--token-auth-file <users.csv>', 'users with tokens: TOKEN,USER,UID,"GROUP,GROUP" a line')
  .option('--name <name>', 'name of the cluster (kubelab)')
  .option('--as <name>', 'name of this process, where another one of the same cluster runs here (the cluster’s)')
  .option('--leader-elect', 'stand by while another process on the same store leads (so it is with --store etcd)')
  .option('--no-leader-elect', 'do not look for other processes on the same store')
  .option('--kubeconfig <file>', 'write the kubeconfig here too')
  .option('--watch', 'swap a file plugin when it is saved')
  .option('--detach', 'come back as soon as the cluster is ready; stop it with kubelab down')
  .option('-o, --output <format>', 'json: print one object once ready')
  .option('--plain', 'no colours')
  .action(async (options) => (await import('./commands/up.ts')).up(options));

named(program.command('down'))
  .description('stop a cluster')
  .action(async (options) => (await import('./commands/down.ts')).down(options));

json(named(program.command('status')))
  .description('what runs in a cluster, and how it fares')
  .action(async (options) => (await import('./commands/status.ts')).status(options));

named(program.command('shell'))
  .description('a shell in which kubectl speaks to the cluster')
  .action(async (options) => (await import('./commands/shell.ts')).shell(options));

json(program.command('plugins'))
  .description('every plugin: slot, name, options')
  .action(async (options) => (await import('./commands/plugins.ts')).plugins(options));

json(named(program.command('swap')))
  .description('replace a plugin in the running cluster')
  .argument('[component]', 'its name, or the name of its slot: scheduler, proxy, node-1')
  .argument('[plugin]', 'name of a plugin, or ./file.ts')
  .option('--undo', 'take back the last swap')
  .action(async (component, plugin, options) => (await import('./commands/swap.ts')).swap(component, plugin, options));

json(named(program.command('story')))
  .description('one pod’s life: when, who did what, and where in the code; also of a pod that is gone')
  .argument('<pod>', 'pod/NAME')
  .option('-n, --namespace <namespace>', 'of the pod (default)')
  .action(async (pod, options) => (await import('./commands/story.ts')).story(pod, options));

json(named(program.command('why')))
  .description('why a pod is on its node, or on none: each node, each filter, each score')
  .argument('<pod>', 'pod/NAME')
  .option('-n, --namespace <namespace>', 'of the pod (default)')
  .option('--compare <scheduler>', 'what another one would have done: name of a plugin, or ./file.ts')
  .option('--node <node>', 'this node alone, in full')
  .action(async (pod, options) => (await import('./commands/why.ts')).why(pod, options));

const store = program.command('store').description('look into the store of a running cluster');
const looking = (command: Command) => json(named(command));
looking(store.command('list'))
  .description('keys, with the revisions that created and changed them')
  .argument('[prefix]', '/registry/pods/ (everything)')
  .option('--at <revision>', 'as it was then')
  .action(async (prefix, options) => (await import('./commands/store.ts')).list(prefix, options));
looking(store.command('get'))
  .description('what is stored under a key')
  .argument('<key>', '/registry/pods/default/web')
  .option('--at <revision>', 'as it was then')
  .action(async (key, options) => (await import('./commands/store.ts')).get(key, options));
looking(store.command('history'))
  .description('how an object came to be: each revision, and what it changed')
  .argument('<key>', 'also of one that is gone')
  .action(async (key, options) => (await import('./commands/store.ts')).history(key, options));
looking(store.command('watch'))
  .description('changes as they come')
  .argument('[prefix]', '/registry/pods/ (everything)')
  .option('--after <revision>', 'those since then first')
  .action(async (prefix, options) => (await import('./commands/store.ts')).watch(prefix, options));
looking(store.command('compact'))
  .description('forget history')
  .option('--before <revision>', 'older than this one (all)')
  .action(async (options) => (await import('./commands/store.ts')).compact(options));
looking(store.command('snapshot'))
  .description('everything as it stands, into a file')
  .argument('<file>')
  .action(async (file, options) => (await import('./commands/store.ts')).snapshot(file, options));
looking(store.command('restore'))
  .description('fill a new store from a snapshot, for a cluster that is to start on it')
  .argument('<file>')
  .option('--data <folder>', 'where the new store is to be')
  .option('--store <plugin>', 'which one (lmdb)')
  .option('-f, --file <cluster.yaml>', 'the one that this cluster file names, with its options')
  .action(async (file, options) => (await import('./commands/store.ts')).restore(file, options));

const anywhere = (command: Command) =>
  command
    .option('--kubeconfig <file>', 'the way to the cluster (KUBECONFIG, ~/.kube/config)')
    .option('--context <context>', 'which of the kubeconfig’s contexts (its current one)')
    .requiredOption('--plugin <plugin>', './file.ts, or the name of a plugin')
    .option('--watch', 'swap the file when it is saved')
    .option('--leader-elect', 'stand by while another one of this name leads, by the Lease kube-system/NAME')
    .option('-o, --output <format>', 'json: print one object once it works');

anywhere(program.command('scheduler'))
  .description('run a plugin as a second scheduler of any Kubernetes cluster')
  .requiredOption('--name <name>', 'pods that say schedulerName: <name> are placed by it')
  .action(async (options) => (await import('./commands/scheduler.ts')).scheduler(options));

anywhere(program.command('controller'))
  .description('run a plugin’s controllers in any Kubernetes cluster')
  .option('--name <name>', 'what it is called in messages (the plugin’s name)')
  .action(async (options) => (await import('./commands/controller.ts')).controller(options));

json(program.command('simulate'))
  .description(
    'live through a scenario in virtual time: a day of a cluster in seconds; the same seed, the same history',
  )
  .argument('<scenario.yaml>', 'nodes, workloads, events, faults: docs/simulation.md')
  .option('--seed <seed>', 'instead of the scenario’s')
  .option('--scheduler <plugin>', 'name of a plugin, or ./file.ts, instead of the scenario’s')
  .option('--record <file>', 'where the record for kubelab replay is written (NAME-SEED.record.gz)')
  .option('--no-record', 'write none')
  .option('--time-limit <seconds>', 'that a call of a plugin file of yours may take (10)')
  .action(async (file, options) => (await import('./commands/simulate.ts')).simulate(file, options));

program
  .command('replay')
  .description('play the record of a simulation again, in words: all of it, step by step, or at a speed')
  .argument('<record>', 'as kubelab simulate wrote it')
  .argument('[kubectl...]', 'with --at, behind --: what kubectl shall show of the cluster as it stood then')
  .option('--step', 'moment by moment: n next, p back, s the cluster as it stands, q enough')
  .option('--speed <times>', 'so many times as fast as the record’s own time: 60x')
  .option('--at <time>', 'from that time on; alone: the cluster as it stood then (3h, 10:30:00)')
  .option('--all', 'leases and heartbeats too')
  .option('--plain', 'no colours, no single keys')
  .action(async (file, words, options) => (await import('./commands/replay.ts')).replay(file, words, options));

const power = program.command('node').description('take the power from a node, or give it back');
for (const action of ['stop', 'start'] as const) {
  named(power.command(action))
    .description(
      action === 'stop' ? 'end its kubelet and its containers; nobody is told' : 'start a stopped node again',
    )
    .argument('<node>', 'node-2')
    .action(async (name, options) => (await import('./commands/node.ts')).node(action, name, options));
}

named(program.command('kubectl'))
  .description('kubectl for this cluster: the real one if it is installed, else a small built-in one')
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .argument('[args...]')
  .action(async (args, options) => (await import('./commands/kubectl.ts')).kubectl(args, options));

program
  .command('lab')
  .description('labs: build a part of Kubernetes yourself, and be told at once whether it is right')
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .argument('[args...]')
  .action(async (args) => (await import('./commands/lab.ts')).lab(args));

program
  .command('bench')
  .description('variants of a plugin on the same workloads, side by side: schedulers, stores, proxies, runtimes')
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .argument('[args...]')
  .action(async (args) => (await import('./commands/bench.ts')).bench(args));

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // Commander has printed its message already, help and version included.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    fail(error);
    process.exitCode = exitCodeOf(error);
  }
}
