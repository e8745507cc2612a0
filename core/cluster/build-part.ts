// Build part: what runs a plugin's classes. For each role: the container with what the component is given, and the loop
// of core around what the plugin provides.
//   Scheduler   SchedulerLoop around Scheduler           Proxy              ProxyLoop around Proxy
//   Controller  a ControllerRunner around each           ContainerRuntime   Kubelet around ContainerRuntime
// Always true: a component gets an ApiClient of its own identity, Clock, a Random of its own, and its setting; no more.

import { ApiClient, type UserInfo } from '../contracts/api-client.ts';
import { ApiFace } from '../contracts/api-face.ts';
import { ApiServer, Authenticator, Resources } from '../contracts/api-server.ts';
import { Clock } from '../contracts/clock.ts';
import { ClusterCa } from '../contracts/cluster-ca.ts';
import { ContainerRuntime } from '../contracts/container-runtime.ts';
import { Controller, type Informers } from '../contracts/controller.ts';
import { KubeletConnections } from '../contracts/kubelet-connection.ts';
import { Network } from '../contracts/network.ts';
import { Proxy } from '../contracts/proxy.ts';
import { Random } from '../contracts/random.ts';
import { Scheduler } from '../contracts/scheduler.ts';
import { BindPlugin, PermitPlugin, PreBindPlugin, ReservePlugin } from '../contracts/scheduling-framework.ts';
import { VolumeProvisioner } from '../contracts/volume-provisioner.ts';
import { ControllerRunner } from '../control/controller-runner.ts';
import { EventRecorder } from '../control/event-recorder.ts';
import { ProxyLoop } from '../network/proxy-loop.ts';
import { type Fleet, Kubelet } from '../node/kubelet.ts';
import { SchedulerLoop } from '../scheduling/scheduler-loop.ts';
import { BorrowedInformers } from '../streams/borrowed-informers.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import type { ComponentPlan } from './composition.ts';
import { assemble, type Given, given } from './container.ts';
import { identityOf } from './identities.ts';
import type { Part } from './part.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import type { ComponentState } from './running-component.ts';
import { ClusterSetting, NodeSetting } from './setting.ts';
import type { Settings } from './settings.ts';
import type { Token } from './token.ts';

/** What components are built from. */
export interface Surroundings {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly api: ApiServer;
  /** The kinds that are served. */
  readonly resources: Resources;
  readonly roads: KubeletConnections;
  /** What the kubelets of this process share; nothing unless given. */
  readonly fleet?: Fleet;
  /** What its controllers share, who are one user, as in Kubernetes' controller manager; each has its own unless given. */
  readonly controllerInformers?: Informers;
  /** Values that contributing plugins provide to every component: a TokenIssuer. */
  readonly shared: readonly Given[];
  /** Plugins that have no component of their own. */
  readonly contributions?: readonly ConfiguredPlugin[];
  client(user: UserInfo, userAgent?: string): ApiClient;
  /** The certificate by which the API is trusted, once it listens. */
  ca(): ClusterCa | undefined;
  /** A kubeconfig for what runs in another process; throws when nothing listens. */
  kubeconfig(user: UserInfo): Promise<string>;
}

/** Takes part between a placement and its binding, in every scheduler of the cluster. */
const standsBeforeBinding = ({ definition }: ConfiguredPlugin): boolean =>
  [ReservePlugin, PermitPlugin, PreBindPlugin, BindPlugin].some((token: Token<unknown>) =>
    definition.provides.includes(token),
  );

/** Is asked by the face who shows this token or certificate. */
const knowsPeople = ({ definition }: ConfiguredPlugin): boolean => definition.provides.includes(Authenticator);

/** Is asked for volumes by whichever controller binds them. */
const makesVolumes = ({ definition }: ConfiguredPlugin): boolean => definition.provides.includes(VolumeProvisioner);

type Report = (state: ComponentState, message?: string) => void;

/** The part of a component, not started yet. */
export function buildPart(around: Surroundings, plan: ComponentPlan, report: Report): Part {
  const user = identityOf(plan.role, plan.node?.name);
  const { elsewhere } = plan.plugin;
  if (elsewhere) {
    return elsewhere({
      component: plan.name,
      user,
      ...(plan.schedulerName !== undefined && { schedulerName: plan.schedulerName }),
      cluster: around.settings.name,
      seed: around.random.fork(plan.name).uuid(),
      kubeconfig: () => around.kubeconfig(user),
      report: (state, message) => report(state as ComponentState, message),
    });
  }
  const { clock, settings } = around;
  const client = around.client(user, plan.name);
  const random = around.random.fork(plan.name);
  const values = [
    given(ApiClient, client),
    given(Clock, clock),
    given(Random, random),
    given(ClusterSetting, settings),
    given(Resources, around.resources),
    ...around.shared,
    ...(around.ca() ? [given(ClusterCa, around.ca() as ClusterCa)] : []),
  ];
  const common = { client, clock, random };
  switch (plan.role) {
    case 'Scheduler': {
      const container = assemble([plan.plugin, ...(around.contributions ?? []).filter(standsBeforeBinding)], values);
      const scheduler = container.get(Scheduler);
      const all = <T>(of: Token<T>): readonly T[] => (container.isBound(of) ? container.getAll(of) : []);
      const plugins = {
        reserve: all(ReservePlugin),
        permit: all(PermitPlugin),
        preBind: all(PreBindPlugin),
        bind: all(BindPlugin),
      };
      return withInformers(common, (informers) => {
        const recorder = new EventRecorder({ ...common, component: plan.schedulerName ?? 'default-scheduler' });
        const { schedulerName = 'default-scheduler' } = plan;
        return new SchedulerLoop({ ...common, informers, scheduler, recorder, schedulerName, plugins });
      });
    }
    case 'Controller': {
      const plugins = [plan.plugin, ...(around.contributions ?? []).filter(makesVolumes)];
      const controllers = assemble(plugins, values).getAll(Controller);
      const make = (informers: Informers) =>
        together(controllers.map((controller) => new ControllerRunner({ ...common, informers, controller })));
      const shared = around.controllerInformers;
      return shared ? endingWith(new BorrowedInformers(shared, plan.name), make) : withInformers(common, make);
    }
    case 'Proxy': {
      const network = settings.made(Network) ?? nowhere;
      const proxy = assemble([plan.plugin], [...values, given(Network, network)]).get(Proxy);
      return new ProxyLoop({ ...common, proxy, network, domain: settings.domain });
    }
    case 'ContainerRuntime':
      return kubelet(around, plan, common, values);
    case 'ApiFace':
      return assemble(
        [plan.plugin, ...(around.contributions ?? []).filter(knowsPeople)],
        [...values, given(ApiServer, around.api), given(KubeletConnections, around.roads)],
      ).get(ApiFace);
    case 'Store':
      throw new Error('the store is built before all other components');
  }
}

interface Common {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
}

/** A part with informers of its own, which end with it. */
function withInformers({ client, clock, random }: Common, make: (informers: SharedInformers) => Part): Part {
  return endingWith(new SharedInformers(client, clock, random.fork('informers')), make);
}

/** A part, and its informers that end with it. */
function endingWith<I extends Informers & { stop(): void }>(informers: I, make: (informers: I) => Part): Part {
  const part = make(informers);
  return {
    start: () => part.start(),
    stop: async (options) => {
      await part.stop(options);
      informers.stop();
    },
    ...(part.why && { why: (question) => part.why!(question) }),
  };
}

/** Several parts as one. */
function together(parts: readonly Part[]): Part {
  return {
    start: async () => {
      await Promise.all(parts.map((part) => part.start()));
    },
    stop: async (options) => {
      await Promise.all(parts.map((part) => part.stop(options)));
    },
  };
}

function kubelet(around: Surroundings, plan: ComponentPlan, common: Common, values: readonly Given[]): Part {
  const node = plan.node!;
  const runtime = assemble([plan.plugin], [...values, given(NodeSetting, node)]).get(ContainerRuntime);
  const { name, index, labels, taints, capacity, podCIDR } = node;
  // On a virtual network every node is this machine: node ports are on its loopback address.
  const address = runtime.network.kind === 'none' ? `192.168.${index >> 8}.${(index & 255) + 1}` : '127.0.0.1';
  const worker = new Kubelet({
    ...common,
    nodeName: name,
    runtime,
    connections: around.roads,
    ...(around.fleet && { fleet: around.fleet }),
    options: { address, labels, taints, capacity, podCIDR, domain: around.settings.domain },
  });
  return {
    start: () => worker.start(),
    stop: async () => {
      await worker.stop();
      await runtime.close();
    },
  };
}

/** The wire of a cluster without nodes: nothing is on it. */
const nowhere: Network = {
  kind: 'none',
  resolve: () => undefined,
  register: () => ({ close: () => {} }),
  names: () => {},
};
