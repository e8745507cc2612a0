// `kubelab simulate` and `kubelab replay` as a person runs them: a scenario with a trace and a scheduler of one's own.

import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { CommandRoom } from '../command.fixture.ts';
import { sparkline } from './figures-text.ts';

const scenario = (rest = '') => `apiVersion: kubelab.dev/v1
kind: Scenario
metadata: { name: mini }
spec:
  length: 10m
  cluster: { scheduler: ./last.ts }
  nodes: [{ name: a, count: 3 }]
  workloads:
    - { name: job, arrivals: { trace: jobs.csv } }
${rest}`;

/** @param place body of place(pod, cluster): line 6 */
const scheduler = (place: string): string => `import { plugin, Scheduler } from 'kubelab';
class Mine {
  readonly name = 'mine';
  readonly retryOn = ['NodeAdded'] as const;
  place(pod, cluster) {
    ${place}
  }
}
export default plugin({
  name: 'scheduler-mine', description: 'mine', provides: [Scheduler],
  bind: ({ bind }) => { bind(Scheduler).toResolvedValue(() => new Mine()); },
});
`;
const last = scheduler('return { node: cluster.nodes.at(-1).name };');

/** What a scheduler must not do, and what is told of it. */
const faulty: Readonly<Record<string, readonly [place: string, told: RegExp]>> = {
  throws: ['throw new Error("no idea");', /00:00:10 {2}place\(default\/first\): throws\.ts:6: no idea\n/],
  nonsense: ['return { target: 7 };', /place\(default\/first\): nonsense\.ts: place returned \{"target":7\}; wanted/],
  marks: [
    'pod.spec.nodeName = "a-1"; return { node: "a-1" };',
    /place\(default\/first\): marks\.ts:6: TypeError: Cannot add property nodeName/,
  ],
  writes: [
    'cluster.columns.requestedCpu[0] += 100; return { node: "a-1" };',
    /place\(default\/first\): writes\.ts: it changed columns\.requestedCpu of a-1: it was "0" and is "100"/,
  ],
  exits: ['process.exit(7);', /place\(default\/first\): exits\.ts:6: it called process\.exit\(7\)/],
  hangs: [
    'for (let turn = 0; ; turn += 1) if (turn < 0) return { node: "a-1" };',
    /^error: place\(default\/first\) of hangs\.ts did not return within 1 s, hangs\.ts:6$/m,
  ],
};

describe('kubelab simulate and replay', function () {
  this.timeout(120_000);
  let room: CommandRoom;

  beforeEach(() => {
    room = new CommandRoom();
    put('mini.yaml', scenario());
    put('last.ts', last);
    put('jobs.csv', 'time,name,cpu,duration,team\n10,first,1,60,red\nsoon,second,1,60,red\n20,third,1,2m,red\n');
  });
  afterEach(() => room.close());

  const put = (name: string, text: string) => writeFileSync(path.join(room.folder, name), text);
  const has = (name: string) => existsSync(path.join(room.folder, name));

  it('tell what happened, with broken lines of the trace left out; and play it again', async () => {
    const { code, stdout, stderr } = await room.kubelab('simulate', 'mini.yaml', '--seed', '5', '-o', 'json');
    expect(code, stderr).to.equal(0);
    expect(stderr).to.include('jobs.csv: columns that mean nothing here: team\n');
    expect(stderr).to.include('jobs.csv: 1 broken line is left out\n  jobs.csv:3: time must be seconds');
    expect(stderr).to.match(/^mini: 50%, 00:05:00, 0 pods running, 0 waiting$/m);
    const told = JSON.parse(stdout);
    expect(told).to.deep.include({
      name: 'mini',
      seed: '5',
      length: 600_000,
      record: 'mini-5.record.gz',
      troubleCount: 0,
    });
    expect(told.totals).to.include({ created: 2, bound: 2, succeeded: 2, pending: 0 });
    expect(told.traces[0]).to.deep.include({ file: 'jobs.csv', rows: 2, ignored: ['team'] });

    const all = await room.kubelab('replay', 'mini-5.record.gz');
    expect(all.stdout).to.include(`history sha256 ${told.hash} (checked)\n`);
    expect(all.stdout).to.match(/^00:00:10 +Pod default\/first: placed on a-3$/m);
    expect(all.stdout).to.match(/^00:01:10 +Pod default\/first: Succeeded$/m);
    expect(all.code).to.equal(0);
    const then = await room.kubelab('replay', 'mini-5.record.gz', '--at', '30s');
    expect(then.stdout).to.match(/^a-3 +Ready +2 +50% +0%\nPods: 2 Running\n$/m);
    const shown = await room.kubelab('replay', 'mini-5.record.gz', '--at', '30s', '--', 'get', 'pods', '-o', 'name');
    expect(shown.stdout, shown.stderr).to.equal('pod/first\npod/third\n');
    const fast = await room.kubelab('replay', 'mini-5.record.gz', '--at', '9m', '--speed', '100000x');
    expect(fast.code).to.equal(0);

    const file = path.join(room.folder, 'mini-5.record.gz');
    const text = gunzipSync(readFileSync(file)).toString();
    writeFileSync(file, gzipSync(text.replace('"first"', '"fist"')));
    expect((await room.kubelab('replay', 'mini-5.record.gz')).stderr).to.match(
      /^error: mini-5\.record\.gz: the record was changed/,
    );
    truncateSync(file, 500);
    const cut = await room.kubelab('replay', 'mini-5.record.gz');
    expect(cut.stderr).to.match(/^error: mini-5\.record\.gz: the record cannot be unpacked: it is cut off\./);
    expect(cut.code).to.equal(2);
  });

  it('say in words, and with 1, what could not be done', async () => {
    put('mini.yaml', scenario('  events: [{ at: 1m, opcode: scale, deployment: web, replicas: 2 }]\n'));
    const { code, stdout } = await room.kubelab('simulate', 'mini.yaml', '--scheduler', 'round-robin', '--no-record');
    expect(stdout).to.match(/^mini: 10m of 3 nodes, seed 1, lived through in \d+\.\d s$/m);
    expect(stdout).to.include('What went wrong\n  00:01:00  event scale: deployments.apps "web" not found\n');
    expect(stdout).to.match(/^ {2}pods +2 created, 2 placed, 2 succeeded, 0 failed/m);
    expect(stdout).to.match(/^ {2}history +\d+ changes, sha256 [0-9a-f]{64}$/m);
    expect(code).to.equal(1);
    expect(has('mini-1.record.gz')).to.equal(false);
  });

  // A plugin that never returns is waited for: with all tests.
  (allTests ? it : () => {})('tell what a faulty scheduler did, with its line, and end with 1', async () => {
    for (const [name, [place, told]] of Object.entries(faulty)) {
      put(`${name}.ts`, scheduler(place));
      const args = ['simulate', 'mini.yaml', '--no-record', '--time-limit', '1', '--scheduler', `./${name}.ts`];
      const { code, stdout, stderr } = await room.kubelab(...args);
      expect(stdout + stderr, name).to.match(told);
      expect(code, name).to.equal(1);
    }
    put('mini.yaml', scenario().replace('./last.ts', './hangs.ts'));
    const own = await room.kubelab('simulate', 'mini.yaml', '--time-limit', '1');
    expect(own.stderr).to.match(faulty.hangs![1]);
    expect(own.code).to.equal(1);
    expect(has('mini-1.record.gz')).to.equal(false);
    expect((await room.kubelab('simulate', 'mini.yaml', '--time-limit', 'never')).code).to.equal(2);
  });

  it('refuse what is wrong before anything runs', async () => {
    put('last.ts', 'export default plugin(;');
    const broken = await room.kubelab('simulate', 'mini.yaml');
    expect(broken.stderr).to.match(/^error: last\.ts:1:\d+: /m);
    expect(broken.code).to.equal(1);
    put('mini.yaml', scenario('  events: [{ at: 1m, opcode: scael }]\n'));
    const wrong = await room.kubelab('simulate', 'mini.yaml');
    expect(wrong.stderr).to.match(
      /^error: mini\.yaml:10: spec\.events\.0: there is no opcode scael \(did you mean scale/,
    );
    expect(wrong.code).to.equal(2);
    for (const args of [
      'simulate nowhere.yaml',
      'replay nowhere.gz',
      'replay mini.yaml',
      'replay mini.yaml --speed fast',
      'simulate',
    ]) {
      expect((await room.kubelab(...args.split(' '))).code, args).to.equal(2);
    }
    expect(has('mini-1.record.gz')).to.equal(false);
  });
});

describe('a sparkline', () => {
  it('has eight heights, and none for nothing', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).to.equal('▁▂▃▄▅▆▇█');
    expect(sparkline([0, 0])).to.equal('▁▁');
  });
});
