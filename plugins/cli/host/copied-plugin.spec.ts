// A plugin of Kubelab's own, copied to begin another one: beside the others in the clone, with its imports as they are, and
// in a folder anywhere, with its imports from 'kubelab'. It must do its work in a real cluster: a token that is another
// symbol shows only there.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { type Cluster, createCluster } from '../../../core/cluster/cluster.ts';
import { Pods } from '../../../core/model/pod.ts';
import { ReplicaSets } from '../../../core/model/replica-set.ts';
import { apiHttp } from '../../api-http/plugin.ts';
import { runtimeMock } from '../../runtime-mock/plugin.ts';
import { schedulerResourceFit } from '../../scheduler-resource-fit/plugin.ts';
import { standardControllers } from '../../standard.ts';
import { storeMemory } from '../../store-memory/plugin.ts';
import { PluginFiles } from './plugin-files.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('a copied plugin', function () {
  this.timeout(60_000);
  let clone: string;
  let cluster: Cluster;
  let files: PluginFiles;

  before(async () => {
    clone = mkdtempSync(path.join(tmpdir(), 'kubelab clone '));
    for (const name of ['core', 'plugins', 'labs', 'package.json', 'tsconfig.json']) {
      cpSync(path.join(root, name), path.join(clone, name), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'), 'junction');
    const { build } = await import(pathToFileURL(path.join(clone, 'plugins/cli/bin/build.mjs')).href);
    await build();
    files = new PluginFiles({ watch: false, program: path.join(clone, 'dist/plugin-host.js') });
    cluster = await createCluster({
      plugins: [storeMemory(), apiHttp({ port: 0 }), schedulerResourceFit(), ...standardControllers(), runtimeMock()],
      nodes: 2,
    });
  });

  after(async () => {
    await cluster?.stop();
    await files?.close();
    rmSync(clone, { recursive: true, force: true });
  });

  /** The nodes that four pods, one after the other, are placed on. */
  const placements = async (): Promise<(string | undefined)[]> => {
    const pods = cluster.client().of(Pods).in('default');
    const nodes: (string | undefined)[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      await pods.create({ metadata: { name }, spec: { containers: [{ name: 'main', image: 'nginx' }] } });
      let placed: string | undefined;
      while (placed === undefined) {
        ({ nodeName: placed } = (await pods.get(name)).spec);
        await cluster.clock.sleep(5);
      }
      nodes.push(placed);
    }
    for (const name of ['one', 'two', 'three', 'four']) await pods.delete(name, { gracePeriodSeconds: 0 });
    return nodes;
  };

  it('works beside the others in the clone, with its imports as they are', async () => {
    const mine = path.join(clone, 'plugins', 'scheduler-mine');
    cpSync(path.join(root, 'plugins', 'scheduler-round-robin'), mine, { recursive: true });
    await cluster.swap('scheduler', await files.load(path.join(mine, 'plugin.ts'), {}));
    const [first, second, ...rest] = await placements();
    expect(first).not.to.equal(second);
    expect(rest).to.deep.equal([first, second]);
  });

  it('may be a controller that imports what the index of Kubelab does not give', async () => {
    const mine = path.join(clone, 'plugins', 'controller-mine');
    cpSync(path.join(root, 'plugins', 'controller-replication'), mine, { recursive: true });
    await cluster.swap('controller-replication', await files.load(path.join(mine, 'plugin.ts'), {}));
    const template = {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    };
    const spec = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template };
    await cluster
      .client()
      .of(ReplicaSets)
      .in('default')
      .create({ metadata: { name: 'web' }, spec });
    for (;;) {
      const { items } = await cluster.client().of(Pods).in('default').list({ labelSelector: 'app=web' });
      if (items.length === 2) break;
      await cluster.clock.sleep(5);
    }
  });

  it('works in a folder anywhere, all its files, with its imports from kubelab', async () => {
    const mine = path.join(clone, '..', `${path.basename(clone)} elsewhere`);
    mkdirSync(mine);
    try {
      const from = path.join(root, 'plugins', 'scheduler-round-robin');
      for (const name of readdirSync(from)) {
        const text = readFileSync(path.join(from, name), 'utf8');
        writeFileSync(path.join(mine, name), text.replaceAll(/'\.\.\/\.\.\/core\/.*'/g, "'kubelab'"));
      }
      await cluster.swap('scheduler', await files.load('./plugin.ts', {}, undefined, mine));
      const [first, second, ...rest] = await placements();
      expect(first).not.to.equal(second);
      expect(rest).to.deep.equal([first, second]);
    } finally {
      rmSync(mine, { recursive: true, force: true });
    }
  });
});
