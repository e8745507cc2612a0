// Load trial: one kind of load, on a server itself first, then on a service in front of three servers.

import { given } from '../../../../../core/cluster/container.ts';
import { type HostAddress, Network } from '../../../../../core/contracts/network.ts';
import { type Frontend, Proxy } from '../../../../../core/contracts/proxy.ts';
import { LoopbackNetwork } from '../../../../../plugins/proxy-userspace/loopback-bench.ts';
import type { Measure } from '../../comparison.ts';
import { peakMemory } from '../../scheduler/measures.ts';
import { percentile, samplesOf } from '../../scheduler/meter.ts';
import { type Round, type RunOutcome, type Trial, VariantFault } from '../../trial.ts';
import { memoryMeasure } from '../pace.ts';
import { FarEnd, type LoadKind, type LoadResult, type Server } from './far-end.ts';

const servers = 3;
/** Share of the load that is put on before it counts. */
const warmUp = 0.2;

interface LoadOf {
  readonly kind: LoadKind;
  readonly clients: number;
  readonly count: number;
  readonly labels: readonly string[];
}

const mebibytes = (bytes: number) => bytes / 2 ** 20;

const texts = {
  connections: {
    name: 'Connections',
    what: 'connections',
    of: 'connections, each for one request',
    one: 'a connection and its answer',
  },
  requests: { name: 'Requests', what: 'requests', of: 'requests on connections that are kept', one: 'one request' },
  bytes: { name: 'Bytes', what: 'bytes', of: 'MiB on each connection', one: '' },
  datagrams: {
    name: 'Datagrams',
    what: 'datagrams',
    of: 'datagrams there and back, by UDP',
    one: 'one datagram and its answer',
  },
} as const;

export function loadTrial(load: LoadOf): Trial {
  const { kind, clients, count, labels } = load;
  const { name, of } = texts[kind];
  const many = kind === 'bytes' ? mebibytes(count) : count;
  return {
    name: `Proxy${name}/${clients}Clients_${many}${kind === 'bytes' ? 'MiB' : name}`,
    description: `${clients} clients, ${many} ${of}, to a service of ${servers} servers`,
    subject: 'proxy',
    labels,
    levels: ['alone'],
    measures: () => measuresOf(kind),
    run: (round) => run(load, round),
  };
}

function measuresOf(kind: LoadKind): readonly Measure[] {
  const { what, one } = texts[kind];
  const unit = kind === 'bytes' ? 'MiB/s' : `${what}/s`;
  const latency: readonly Measure[] = [
    { name: 'latency.p50', title: `${one}, median`, unit: 'ms', better: 'lower' },
    { name: 'latency.p99', title: `${one}, 99 %`, unit: 'ms', better: 'lower' },
    { name: 'imbalance', title: 'the busiest server above the mean', unit: '%', better: 'lower' },
  ];
  const lost: Measure = { name: 'lost', title: 'datagrams lost', unit: 'datagrams', better: 'lower' };
  return [
    { name: 'throughput.average', title: `${what} through the proxy`, unit, better: 'higher' },
    { name: 'ofDirect', title: 'of what comes through without it', unit: '%', better: 'higher' },
    ...(kind === 'bytes' ? [] : latency),
    { name: 'processor', title: `processor time of one${kind === 'bytes' ? ' MiB' : ''}`, unit: 'us', better: 'lower' },
    ...(kind === 'datagrams' ? [lost] : []),
    memoryMeasure,
  ];
}

async function run(load: LoadOf, round: Round): Promise<RunOutcome> {
  const farEnd = new FarEnd();
  const network = new LoopbackNetwork();
  const proxy = round.build(Proxy, given(Network, network));
  try {
    const isUdp = load.kind === 'datagrams';
    const pods = await farEnd.serve(isUdp ? 0 : servers, isUdp ? servers : 0);
    const frontend = frontendOf(pods);
    round.during('sync()');
    const { failed } = await proxy.sync({ frontends: new Map([[frontend.id, frontend]]) }, 'all');
    if (failed[0]) throw new VariantFault('nonsense', `it cannot serve ${failed[0].frontend}: ${failed[0].reason}`);
    round.during('');
    const { address, port, protocol } = frontend;
    const at = network.resolve(address, port, protocol) ?? { host: address, port };
    const put = (on: HostAddress, share = 1) => farEnd.load({ ...load, at: on, count: Math.ceil(load.count * share) });
    const putThrough = (share?: number) =>
      put(at, share).catch((error: Error) => {
        throw new VariantFault('nonsense', `a client of ${frontend.id}: ${error.message}`);
      });
    // Both ends and the proxy are compiled by the engine while they begin.
    await put(pods[0]!, warmUp);
    await putThrough(warmUp);
    const direct = await put(pods[0]!);
    const before = process.cpuUsage();
    const through = await putThrough();
    const { user, system } = process.cpuUsage(before);
    return outcome(load, through, direct, user + system);
  } finally {
    await proxy.stop({ keepRules: false });
    await farEnd.stop();
  }
}

function outcome(load: LoadOf, through: LoadResult, direct: LoadResult, processor: number): RunOutcome {
  const isBytes = load.kind === 'bytes';
  const each = isBytes ? mebibytes(load.count) : 1;
  const rate = ({ done, seconds }: LoadResult) => (done.length * each) / seconds;
  const took = [...through.took].sort((a, b) => a - b);
  const counts = Object.values(through.answers);
  const mean = counts.reduce((sum, count) => sum + count, 0) / servers;
  const values: Record<string, number> = {
    'throughput.average': rate(through),
    ofDirect: (rate(through) / rate(direct)) * 100,
    processor: processor / (through.done.length * each),
    memory: peakMemory(),
    ...(!isBytes && {
      'latency.p50': percentile(took, 50),
      'latency.p99': percentile(took, 99),
      imbalance: (Math.max(...counts) / mean - 1) * 100,
    }),
    ...(load.kind === 'datagrams' && { lost: through.lost }),
  };
  // Four answers of many bytes each are no series.
  if (isBytes) return { values };
  const { samples } = samplesOf([0, ...through.done.map((seconds) => seconds * 1000)]);
  return { values, series: [{ name: 'throughput', unit: `${load.kind}/s`, points: samples }] };
}

function frontendOf(pods: readonly Server[]): Frontend {
  return {
    id: 'default/bench ClusterIP',
    service: { namespace: 'default', name: 'bench', port: '' },
    kind: 'ClusterIP',
    address: '10.96.0.10',
    port: 80,
    protocol: pods[0]!.protocol,
    local: false,
    backends: pods.map(({ host, port }) => ({ address: host, port, ready: true, serving: true, terminating: false })),
  };
}
