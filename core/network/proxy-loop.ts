// Proxy loop: everything around a Proxy, so that a proxy is only about routing. It watches Services and EndpointSlices,
// keeps the table of what is wanted, and hands it to the proxy whenever it has changed:
//
//   changes > which services are concerned > (10 ms, so that a burst is one sync) > table > proxy.sync > failed? again
//
// It also tells the pods' network what the services' names mean, which in Kubernetes is the DNS add-on's work.
// Always true: one sync at a time; what changes during it is in the next one; after a failure the proxy gets the whole
// table ('all'), after 1 s, then 2 s, ... up to 30 s, and at once when something changes.
// In Kubernetes: pkg/proxy (ServiceChangeTracker, EndpointsChangeTracker) and its bounded frequency runner.

import { auditTime, map, merge, type Subscription, tap } from 'rxjs';
import type { Part } from '../cluster/part.ts';
import type { ApiClient } from '../contracts/api-client.ts';
import type { Cancel, Clock } from '../contracts/clock.ts';
import type { Informer, Informers } from '../contracts/controller.ts';
import type { NameRecord, Network } from '../contracts/network.ts';
import type { Frontend, Proxy, ServiceTable, SyncFailure } from '../contracts/proxy.ts';
import type { Random } from '../contracts/random.ts';
import { EventRecorder } from '../control/event-recorder.ts';
import { sides } from '../control/sources.ts';
import { type EndpointSlice, EndpointSlices } from '../model/endpoint-slice.ts';
import { keyOf } from '../model/meta.ts';
import { type Service, Services } from '../model/service.ts';
import { BackOff } from '../streams/back-off.ts';
import { SharedInformers } from '../streams/shared-informers.ts';
import { namesOf } from './names.ts';
import { emptyTable, frontendsOf, type Replacement, replaced, serviceKeyOf } from './service-table.ts';

/** Milliseconds that changes are gathered for. */
const gather = 10;
const retries = { base: 1000, cap: 15_000 };

export interface ProxyLoopOptions {
  readonly client: ApiClient;
  readonly proxy: Proxy;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /** The loop's own unless told. */
  readonly informers?: Informers;
  /** `cluster.local` unless told. */
  readonly domain?: string;
  /** The node that the events name as their source, where there is one proxy a node. */
  readonly nodeName?: string;
  /** An exception from the proxy: the proxy is wrong, not the world. Written to the console unless told. */
  readonly onBug?: (error: unknown) => void;
}

export class ProxyLoop implements Part {
  readonly #options: ProxyLoopOptions;
  readonly #own: SharedInformers | undefined;
  readonly #recorder: EventRecorder;
  readonly #backOff: BackOff;
  readonly #ending = new AbortController();
  #services!: Informer<Service>;
  #slices!: Informer<EndpointSlice>;
  #subscription: Subscription | undefined;

  #table: ServiceTable = emptyTable;
  readonly #frontends = new Map<string, readonly Frontend[]>();
  readonly #names = new Map<string, readonly NameRecord[]>();
  /** Services (by key) whose part of the table may be out of date. */
  readonly #concerned = new Set<string>();
  /** Frontends that changed since the last sync that worked; 'all' at first and after a failure. */
  #changed: Set<string> | 'all' = 'all';
  /** Reasons by frontend, so that each is reported once. */
  #failing = new Map<string, string>();
  #working: Promise<void> | undefined;
  #again = false;
  #cancelRetry: Cancel | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: ProxyLoopOptions) {
    this.#options = options;
    const { client, clock, nodeName } = options;
    const random = options.random.fork('proxy loop');
    if (!options.informers) this.#own = new SharedInformers(client, clock, random);
    const host = nodeName === undefined ? {} : { host: nodeName };
    this.#recorder = new EventRecorder({ client, clock, random, component: 'kube-proxy', ...host });
    this.#backOff = new BackOff(random, retries);
  }

  /** Comes back when the proxy has made the first table true. Waits as long as the API is out of reach. */
  async start(): Promise<void> {
    const informers = this.#options.informers ?? this.#own!;
    const { signal } = this.#ending;
    try {
      this.#services = informers.of(Services);
      this.#slices = informers.of(EndpointSlices, {
        indexes: { service: (slice) => [serviceKeyOf(slice) ?? ''] },
      });
      await Promise.all([this.#services.whenSynced(signal), this.#slices.whenSynced(signal)]);
      const concerned = merge(
        this.#services.changes.pipe(map((change) => [keyOf(change.object)])),
        this.#slices.changes.pipe(map((change) => sides(change).flatMap((slice) => serviceKeyOf(slice) ?? []))),
      ).pipe(
        tap((keys) => {
          for (const key of keys) this.#concerned.add(key);
        }),
      );
      this.#subscription = concerned
        .pipe(auditTime(gather, this.#options.clock.scheduler))
        .subscribe(() => this.#wake());
      // What there is came while subscribing: the first sync has it all.
      const first = this.#syncOnce();
      this.#working = first.catch(() => {}).then(() => this.#work());
      await first;
    } catch (error) {
      const stopped = signal.aborted;
      await this.stop();
      if (!stopped) throw error;
    }
  }

  stop({ handOver = false }: { readonly handOver?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#end(handOver);
    return this.#stopped;
  }

  async #end(handOver: boolean): Promise<void> {
    this.#ending.abort(new Error('the proxy stops'));
    this.#subscription?.unsubscribe();
    this.#cancelRetry?.();
    await this.#working;
    await this.#options.proxy.stop({ keepRules: handOver });
    this.#own?.stop();
    await this.#recorder.stop();
  }

  #wake(): void {
    this.#again = true;
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#ending.signal.aborted) {
      this.#again = false;
      try {
        await this.#syncOnce();
      } catch (error) {
        const { onBug, proxy } = this.#options;
        if (onBug) onBug(error);
        else console.error(`proxy ${proxy.name} failed; this is a bug in the proxy:`, error);
      }
    }
    this.#working = undefined;
  }

  /** @throws what the proxy throws, after it has planned the next attempt. */
  async #syncOnce(): Promise<void> {
    this.#bringUpToDate();
    const changes = this.#changed;
    if (changes !== 'all' && changes.size === 0) return;
    this.#cancelRetry?.();
    this.#changed = 'all';
    try {
      const { failed } = await this.#options.proxy.sync(this.#table, changes);
      if (failed.length === 0) this.#changed = new Set();
      this.#report(failed);
    } finally {
      if (this.#changed === 'all') this.#planRetry();
      else this.#backOff.reset();
    }
  }

  #planRetry(): void {
    if (this.#ending.signal.aborted) return;
    this.#cancelRetry = this.#options.clock.schedule(this.#backOff.next(), () => this.#wake());
  }

  /** Makes table and names say what the caches say. */
  #bringUpToDate(): void {
    const replacements: Replacement[] = [];
    let renamed = false;
    for (const key of this.#concerned) {
      const service = this.#services.get(key);
      const slices = this.#slices.by('service', key);
      const next = service ? frontendsOf(service, slices) : [];
      replacements.push({ previous: this.#frontends.get(key) ?? [], next });
      setOrDelete(this.#frontends, key, next);
      const names = service ? namesOf(service, slices, this.#options.domain) : [];
      renamed ||= JSON.stringify(names) !== JSON.stringify(this.#names.get(key) ?? []);
      setOrDelete(this.#names, key, names);
    }
    this.#concerned.clear();
    const { table, changed } = replaced(this.#table, replacements);
    this.#table = table;
    if (this.#changed !== 'all') for (const id of changed) this.#changed.add(id);
    if (renamed) this.#options.network.names([...this.#names.values()].flat());
  }

  /** Tells of what failed on the Service, once for each reason. */
  #report(failed: readonly SyncFailure[]): void {
    const failing = new Map(failed.map(({ frontend, reason }) => [frontend, reason]));
    for (const [id, reason] of failing) {
      const frontend = this.#table.frontends.get(id);
      if (!frontend || this.#failing.get(id) === reason) continue;
      const service = this.#services.get(`${frontend.service.namespace}/${frontend.service.name}`);
      const message = `can't open port for ${id}, skipping it: ${reason}`;
      if (service) this.#recorder.event(service, 'Warning', 'SyncProxyRulesFailed', message, 'SyncProxyRules');
    }
    this.#failing = failing;
  }
}

function setOrDelete<T>(of: Map<string, readonly T[]>, key: string, items: readonly T[]): void {
  if (items.length > 0) of.set(key, items);
  else of.delete(key);
}
