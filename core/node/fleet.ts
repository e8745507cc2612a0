// Fleet: what the kubelets of one process share, so that thousands of nodes fit into it: one watch of all pods, handed on
// by node, one of services and one of nodes, one memory of what was told in events.
//
//   const fleet = new SharedFleet({ client, clock, random });
//   new Kubelet({ ..., fleet });
//
// Always true: a change of a pod costs the kubelet of its node something, and no other; each kubelet reads through the
// fleet and writes as itself.
// In real Kubernetes: each kubelet is a process of its own and watches the pods of its node.

import { Observable } from 'rxjs';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Change, Informer } from '../contracts/controller.ts';
import type { Random } from '../contracts/random.ts';
import { EventCorrelator } from '../control/event-correlator.ts';
import { type Node, Nodes } from '../model/node.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { type Service, Services } from '../model/service.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import type { Fleet } from './kubelet.ts';

/** Index of pods by their node. */
const byNode = 'spec.nodeName';
/** Objects of which it is remembered what was told. */
const subjects = 32_768;

type Listener = (change: Change<Pod>) => void;

export interface FleetParts {
  /** Who looks for all of them. */
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
}

export class SharedFleet implements Fleet {
  readonly correlator: EventCorrelator;
  readonly #informers: SharedInformers;
  readonly #listeners = new Map<string, Listener>();
  #pods: Informer<Pod> | undefined;
  #services: Informer<Service> | undefined;
  #nodes: Informer<Node> | undefined;

  constructor({ client, clock, random }: FleetParts) {
    this.correlator = new EventCorrelator(clock, subjects);
    this.#informers = new SharedInformers(client, clock, random);
  }

  get services(): Informer<Service> {
    this.#services ??= this.#informers.of(Services);
    return this.#services;
  }

  get nodes(): Informer<Node> {
    this.#nodes ??= this.#informers.of(Nodes);
    return this.#nodes;
  }

  podsOf(nodeName: string): Pick<Informer<Pod>, 'all' | 'changes' | 'whenSynced'> {
    const pods = this.#allPods();
    const all = () => pods.by(byNode, nodeName);
    return {
      all,
      whenSynced: (signal) => pods.whenSynced(signal),
      // A change on its way while a listener joins may be told it twice: that is no harm to a kubelet.
      changes: new Observable((subscriber) => {
        const listener: Listener = (change) => subscriber.next(change);
        this.#listeners.set(nodeName, listener);
        for (const object of all()) listener({ type: 'apply', object, previous: undefined });
        return () => {
          if (this.#listeners.get(nodeName) === listener) this.#listeners.delete(nodeName);
        };
      }),
    };
  }

  /** Ends the watches; the kubelets have ended before. */
  stop(): void {
    this.#informers.stop();
  }

  /** The watch of all pods, begun by the first kubelet. */
  #allPods(): Informer<Pod> {
    if (this.#pods) return this.#pods;
    this.#pods = this.#informers.of(Pods, { indexes: { [byNode]: nodesOf } });
    this.#pods.changes.subscribe((change) => this.#handOn(change));
    return this.#pods;
  }

  #handOn(change: Change<Pod>): void {
    const { object, previous } = change;
    const { nodeName } = object.spec;
    // Nobody saw the namesake go that was there before.
    const successor = previous !== undefined && previous.metadata.uid !== object.metadata.uid;
    if (successor) this.#listeners.get(previous.spec.nodeName ?? '')?.({ type: 'delete', object: previous, previous });
    if (nodeName === undefined) return;
    const told: Change<Pod> = successor ? { type: 'apply', object, previous: undefined } : change;
    this.#listeners.get(nodeName)?.(told);
  }
}

const nodesOf = ({ spec: { nodeName } }: Pod): readonly string[] => (nodeName === undefined ? [] : [nodeName]);
