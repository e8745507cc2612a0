// Cluster: a list of plugins, running.
//   const cluster = await createCluster({
//     plugins: [storeMemory(), schedulerResourceFit(), ...standardControllers(), runtimeProcess(), proxyUserspace()],
//     nodes: 3,
//   });
//   await cluster.client().of(Pods).in('default').create(...);
//   await cluster.swap('scheduler', schedulerRoundRobin());
//   await cluster.stop();
// Everything that is wrong with the list is said before anything starts. A start that fails leaves nothing behind; after
// `stop` no watch, timer, socket or process is left.

import type { Api } from '../api/api.ts';
import type { Audit } from '../api/audit.ts';
import { LocalApiClient } from '../api/local-api-client.ts';
import type { ApiClient, UserInfo } from '../contracts/api-client.ts';
import type { ApiFace } from '../contracts/api-face.ts';
import type { ApiServer, Authorizer } from '../contracts/api-server.ts';
import type { Clock } from '../contracts/clock.ts';
import { Network } from '../contracts/network.ts';
import type { Random } from '../contracts/random.ts';
import type { Store } from '../contracts/store.ts';
import { TokenIssuer } from '../contracts/token-issuer.ts';
import { SharedFleet } from '../node/fleet.ts';
import type { ExchangeableStore } from '../storage/exchangeable-store.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import { freshSeed, SeededRandom } from '../time/random.ts';
import { RealClock } from '../time/real-clock.ts';
import { bootstrapApiService, bootstrapNamespaces, bootstrapPriorityClasses } from './bootstrap.ts';
import { buildPart, type Surroundings } from './build-part.ts';
import { ComponentObjects } from './component-objects.ts';
import { ComponentWishes } from './component-wishes.ts';
import { type ComponentPlan, type Composition, compose } from './composition.ts';
import { ConfigurationError } from './configuration-error.ts';
import { given } from './container.ts';
import { controlPlane } from './control-plane.ts';
import { drain, resume } from './drain.ts';
import { Elections, electionTimes, type LeaderElection } from './elections.ts';
import { admin, apiServerUser, fleetUser, identityOf, supervisorUser } from './identities.ts';
import { KubeletRoads } from './kubelet-roads.ts';
import type { Leadership } from './leadership.ts';
import { nearest } from './nearest.ts';
import type { ConfiguredPlugin, Plugin } from './plugin.ts';
import { PluginRegistry } from './plugin-registry.ts';
import type { RunningComponent } from './running-component.ts';
import {
  apiServiceAddress,
  controlPlaneAddress,
  controlPlanePort,
  type NodeConfig,
  nodeSettings,
  Settings,
} from './settings.ts';
import { answering, firstStore, NextStore } from './store-part.ts';
import { Supervisor, type SwapReport } from './supervisor.ts';
import { within } from './within.ts';

/** Milliseconds for what components last said to be written. */
const lastWords = 1000;
/** Components on their way up at the same time: of thousands of nodes, most have not begun or have done with it. */
const startsAtOnce = 64;

export interface ClusterConfig {
  /** What the cluster is made of. Order matters only among contributions of one kind. */
  readonly plugins: readonly ConfiguredPlugin[];
  /** How many nodes, or what each is like; none unless told. */
  readonly nodes?: number | readonly NodeConfig[];
  /** Further schedulers, by the `schedulerName` of the pods that each takes. */
  readonly schedulers?: Readonly<Record<string, ConfiguredPlugin>>;
  /** Plugins that `swap`, or a client that writes a Component, may name. Those listed above are among them anyway. */
  readonly registered?: readonly Plugin[];
  /** The machine's unless told. */
  readonly clock?: Clock;
  /** What all chance comes from: the same seed, the same history (in virtual time). */
  readonly seed?: string | number;
  /** `kubelab` unless told. */
  readonly name?: string;
  /** Folder for what this run needs; where there are no files, leave it out. */
  readonly folder?: string;
  /** Folder for what outlives the run. */
  readonly data?: string;
  /** Is told each change of each object: who wrote what (core/api/audit.ts). */
  readonly audit?: Audit;
  /** Stands between each component and the API, by the component's name: faults, for simulations. */
  readonly between?: (client: ApiClient, component: string) => ApiClient;
  /** Where several processes are at work on one store: only one of them does the work, the others stand by. Nobody is elected unless given. */
  readonly leaderElection?: LeaderElection;
}

/** Builds the cluster and starts it. @throws ConfigurationError with everything that is wrong with the list. */
export async function createCluster(config: ClusterConfig): Promise<Cluster> {
  const composition = compose(config.plugins, nodeSettings(config.nodes ?? 0), config.schedulers);
  if (config.leaderElection) electionTimes(config.leaderElection);
  const cluster = new Cluster(config, composition);
  try {
    await cluster.start();
  } catch (error) {
    await cluster.stop().catch(() => {}); // why it did not start is what matters
    throw error;
  }
  return cluster;
}

export class Cluster {
  readonly name: string;
  readonly clock: Clock;
  readonly registry: PluginRegistry;
  /** Who does the work, where several processes are on one store. */
  readonly elections: Elections | undefined;
  readonly #random: Random;
  readonly #settings: Settings;
  readonly #composition: Composition;
  readonly #store: ExchangeableStore;
  readonly #api: Api;
  readonly #authorizers: readonly Authorizer[];
  readonly #objects: ComponentObjects;
  readonly #informers: SharedInformers;
  readonly #controllerInformers: SharedInformers;
  readonly #supervisor: Supervisor;
  readonly #roads = new KubeletRoads();
  readonly #fleet: SharedFleet;
  /** The Component objects are about this process: it leads, or there is no other. */
  #isShown = true;
  #stopped: Promise<void> | undefined;

  constructor(config: ClusterConfig, composition: Composition) {
    this.name = config.name ?? 'kubelab';
    this.clock = config.clock ?? new RealClock();
    this.#random = new SeededRandom(config.seed ?? freshSeed());
    this.#settings = new Settings(this.name, config.folder, config.data);
    this.#composition = composition;
    this.registry = new PluginRegistry(config.registered ?? [], config.plugins);

    const plane = controlPlane(composition, this.#settings, this.clock, this.#random, config.audit);
    const { store, api, tokens } = plane;
    this.#authorizers = plane.authorizers;
    this.#store = store;
    this.#api = api;
    const { between = (client) => client } = config;
    const supervisorClient = this.client(supervisorUser, 'supervisor');
    this.#objects = new ComponentObjects(supervisorClient, this.clock);
    this.#informers = new SharedInformers(supervisorClient, this.clock, this.#random.fork('supervisor'));
    this.#fleet = new SharedFleet(this.#common(fleetUser, 'fleet'));
    const { client, clock, random } = this.#common(identityOf('Controller'), 'controllers');
    this.#controllerInformers = new SharedInformers(client, clock, random);
    const around: Surroundings = {
      settings: this.#settings,
      clock: this.clock,
      random: this.#random,
      api: this.#api,
      resources: this.#api.resources,
      roads: this.#roads,
      // Where somebody stands between a component and the API, each looks for itself.
      ...(!config.between && { fleet: this.#fleet, controllerInformers: this.#controllerInformers }),
      shared: tokens ? [given(TokenIssuer, tokens)] : [],
      contributions: composition.contributions,
      client: (user, component) => {
        const client = between(this.client(user, component), component ?? '');
        return this.elections?.guarded(client, user) ?? client;
      },
      // Without a face there is nobody to trust, but pods mount the certificate all the same: an empty one.
      ca: () => ({ certificate: this.face?.certificateAuthority ?? '' }),
      kubeconfig: (user) => this.#face().kubeconfig(user),
    };
    this.elections =
      config.leaderElection &&
      new Elections(config.leaderElection, {
        name: this.name,
        clock: this.clock,
        random: this.#random.fork('elections'),
        client: (user, userAgent) => between(this.client(user, userAgent), userAgent),
      });
    this.#supervisor = new Supervisor({
      build: (plan, report) => {
        const build = () => buildPart(around, plan, report);
        if (plan.role !== 'Store') return this.elections?.part(plan.role, build, report) ?? build();
        const isFirst = !this.#supervisor.components.get(plan.name)?.part;
        return isFirst ? firstStore() : new NextStore(store, () => plane.openStore(plan.plugin));
      },
      clock: this.clock,
      drain: (node, signal) => drain(supervisorClient, this.clock, node, signal),
      resume: (node) => resume(supervisorClient, node),
      changed: (component) => {
        if (!this.#stopped && this.#isShown) this.#objects.show(component);
      },
    });
  }

  /**
   * A client in this process.
   * @param user the cluster's owner unless told
   * @param userAgent which program it is for, as the audit shows it
   */
  client(user: UserInfo = admin, userAgent?: string): ApiClient {
    return new LocalApiClient(this.#api, user, userAgent);
  }

  /** What the API server keeps everything in: for who looks into it. */
  get store(): Store {
    return this.#store;
  }

  /** The API without HTTP: for who makes a face of their own, beside the cluster's. */
  get api(): ApiServer {
    return this.#api;
  }

  /** Where the API listens; undefined when nothing makes it. */
  get face(): ApiFace | undefined {
    return this.#supervisor.components.get('api')?.part as ApiFace | undefined;
  }

  /** What runs, in the order in which it was started. */
  get components(): readonly RunningComponent[] {
    return [...this.#supervisor.components.values()];
  }

  /** The component of that name, or the only one for a slot. @throws ConfigurationError that lists what there is. */
  find(component: string): RunningComponent {
    return this.#supervisor.find(component);
  }

  /** Replaces a component's plugin; the component is named by its name, or by its slot where there is only one. */
  swap(component: string, plugin: ConfiguredPlugin): Promise<SwapReport> {
    this.registry.add(plugin);
    return this.#settled(this.#supervisor.swap(component, plugin));
  }

  /** Takes back the last swap. */
  undoSwap(): Promise<SwapReport> {
    return this.#settled(this.#supervisor.undo());
  }

  /**
   * Ends a node as a machine ends that loses power: its kubelet and its containers are gone, and the API is told nothing.
   * @throws ConfigurationError when there is no such node
   */
  async stopNode(node: string): Promise<void> {
    await this.#settled(this.#supervisor.cut(this.#node(node)));
  }

  /** Switches a stopped node on again: its kubelet finds its pods in the API, and starts their containers anew. */
  async startNode(node: string): Promise<void> {
    await this.#settled(this.#supervisor.mend(this.#node(node)));
  }

  /** Called once, by createCluster. */
  async start(): Promise<void> {
    const plans = this.#composition.components;
    const of = (...roles: ComponentPlan['role'][]) => plans.filter(({ role }) => roles.includes(role));
    const begin = (list: readonly ComponentPlan[]) => each(list, (plan) => this.#supervisor.start(plan));

    await answering(this.#store, this.clock);
    await bootstrapNamespaces(this.client(apiServerUser));
    await bootstrapPriorityClasses(this.client(apiServerUser));
    for (const authorizer of this.#authorizers) await authorizer.begin?.(this.client(apiServerUser));
    if (this.elections) await this.#showWhileLeading(this.elections.controllers);
    else await this.#prune();
    await begin(of('Store', 'ApiFace'));
    await begin(of('Controller', 'Scheduler', 'ContainerRuntime'));
    await this.#announceApi();
    await begin(of('Proxy'));
    await this.#objects.flush();
    const { registry } = this;
    const areOurs = () => this.#isShown;
    const wishes = { supervisor: this.#supervisor, registry, objects: this.#objects, areOurs };
    new ComponentWishes(wishes).follow(this.#informers);
  }

  /** Ends everything, in bounded time; doing it twice is doing it once. @throws Error that names what did not end. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    await within(this.clock, lastWords, this.#objects.flush());
    this.#objects.stop();
    this.#informers.stop();
    // Each step is taken whatever the one before came to.
    const results = [
      ...(await Promise.allSettled([this.#supervisor.stop()])),
      ...(await Promise.allSettled([this.#settings.end()])),
    ];
    await this.elections?.stop().catch(() => {}); // the Lease runs out by itself
    this.#fleet.stop();
    this.#controllerInformers.stop();
    this.#api.stop();
    await this.#store.close();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** What looks at the API for several components. */
  #common(user: UserInfo, name: string) {
    return { client: this.client(user, name), clock: this.clock, random: this.#random.fork(name) };
  }

  #face(): ApiFace {
    const { face } = this;
    if (face) return face;
    throw new ConfigurationError(
      'a plugin in a process of its own needs an API that listens: add one to the cluster’s plugins, for example apiHttp()',
    );
  }

  /** Removes Component objects that are not about a component of this process. */
  #prune(): Promise<void> {
    return this.#objects.prune(new Set(this.#composition.components.map(({ name }) => name)));
  }

  /** The Component objects are about the process that leads; whoever takes over writes its own. */
  async #showWhileLeading(leadership: Leadership): Promise<void> {
    this.#isShown = false;
    const settle = async () => {
      if (this.#stopped || leadership.leads === this.#isShown) return;
      this.#isShown = leadership.leads;
      if (!this.#isShown) return;
      for (const component of this.components) this.#objects.show(component);
      await this.#prune().catch((error) => console.error('Components of the former leader are left:', error));
    };
    await leadership.join({ settle });
    await settle();
  }

  /** Tells pods where the API is: the Service `kubernetes`. */
  async #announceApi(): Promise<void> {
    const { face } = this;
    if (!face) return;
    const { hostname, port } = new URL(face.url);
    const network = this.#settings.made(Network);
    network?.register(controlPlaneAddress, controlPlanePort, 'TCP', { host: hostname, port: Number(port) });
    const address = { host: controlPlaneAddress, port: controlPlanePort };
    await bootstrapApiService(this.client(apiServerUser), apiServiceAddress, address);
  }

  #node(name: string): string {
    const nodes = this.components.filter(({ plan }) => plan.role === 'ContainerRuntime').map((node) => node.name);
    if (nodes.includes(name)) return name;
    const known = nodes.length > 0 ? `there are: ${nodes.join(', ')}` : 'this cluster has none';
    throw new ConfigurationError(`no node is called ${name}${nearest(name, nodes)}; ${known}`);
  }

  async #settled<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } finally {
      await this.#objects.flush();
    }
  }
}

/** Does the work for all, some at a time, then throws what the first failed one threw: nothing goes on behind a failure's back. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const results: PromiseSettledResult<unknown>[] = [];
  const left = items.values();
  const worker = async () => {
    for (const item of left) results.push(...(await Promise.allSettled([work(item)])));
  };
  await Promise.all(Array.from({ length: startsAtOnce }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
