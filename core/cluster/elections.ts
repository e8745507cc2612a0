// Elections: several processes on one store (`kubelab up --store etcd`, twice). All of their API servers serve; of the rest
// of them, one does the work and the others stand by. The Leases are Kubernetes' own:
//   kube-system/kube-scheduler            schedulers
//   kube-system/kube-controller-manager   controllers, and with them the nodes and the proxy: pods of one process are on one
//                                         network, and trust the certificate that its controllers publish
// In real Kubernetes: nodes are machines of their own, and no standby takes their place.

import type { ApiClient, UserInfo } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Random } from '../contracts/random.ts';
import { type LeaderElectionTimes, problemsOfTimes, usualTimes } from '../control/leader-election/times.ts';
import type { Role } from './composition.ts';
import { ConfigurationError } from './configuration-error.ts';
import { ElectedPart } from './elected-part.ts';
import { identityOf } from './identities.ts';
import { LeaderOnlyClient } from './leader-only-client.ts';
import { Leadership } from './leadership.ts';
import type { Part } from './part.ts';
import type { ComponentState } from './running-component.ts';

/** How a cluster's process takes part in elections. Times in milliseconds; client-go's unless told. */
export interface LeaderElection extends Partial<LeaderElectionTimes> {
  /** Its name in the Leases, which no other process has at the same time; the cluster's and a UUID unless told. */
  readonly identity?: string;
}

/** The times of an election. @throws ConfigurationError with all that is wrong with them */
export function electionTimes({ identity: _, ...times }: LeaderElection): LeaderElectionTimes {
  const all = { ...usualTimes, ...times };
  const problems = problemsOfTimes(all);
  if (problems.length > 0) throw new ConfigurationError(problems.map((text) => `leader election: ${text}`));
  return all;
}

export interface ElectionsOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Name of the cluster. */
  readonly name: string;
  client(user: UserInfo, userAgent: string): ApiClient;
}

export class Elections {
  readonly schedulers: Leadership;
  readonly controllers: Leadership;
  readonly #clock: Clock;

  constructor(election: LeaderElection, { name, clock, random, client }: ElectionsOptions) {
    this.#clock = clock;
    const times = electionTimes(election);
    const { identity = `${name}_${random.uuid()}` } = election;
    const of = (role: Role, lease: string) => {
      const common = { client: client(identityOf(role), lease), clock, random: random.fork(lease) };
      return new Leadership({ ...common, name: lease, identity, times });
    };
    this.schedulers = of('Scheduler', 'kube-scheduler');
    this.controllers = of('Controller', 'kube-controller-manager');
  }

  /** The part of a component, so that it works only while this process leads. */
  part(role: Role, build: () => Part, report: (state: ComponentState, message?: string) => void): Part {
    if (role === 'ApiFace' || role === 'Store') return build();
    const leadership = role === 'Scheduler' ? this.schedulers : this.controllers;
    const keepsOn = role === 'ContainerRuntime' || role === 'Proxy';
    return new ElectedPart({ leadership, clock: this.#clock, keepsOn, build, report });
  }

  /** A component's way to the API: it writes only while this process leads. */
  guarded(client: ApiClient, user: UserInfo): ApiClient {
    if (user.name === identityOf('Scheduler').name) return new LeaderOnlyClient(client, this.schedulers);
    const isOfNode = user.groups.includes('system:nodes');
    if (!isOfNode && user.name !== identityOf('Controller').name) return client;
    return new LeaderOnlyClient(client, this.controllers);
  }

  /** Gives the Leases back. All parts must have stopped before. */
  async stop(): Promise<void> {
    await Promise.all([this.schedulers.stop(), this.controllers.stop()]);
  }
}
