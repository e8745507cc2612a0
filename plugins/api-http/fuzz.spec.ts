// Ten thousand bad requests over HTTPS: each gets Kubernetes' code and reason as a Status, none harms the server, none leaves
// anything behind. The seed is fixed: a request that fails here fails again.

import { expect } from 'chai';
import { Deployments } from '../../core/model/index.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { badAddresses } from './fuzz/bad-addresses.fixture.ts';
import { badBodies, bigBodies } from './fuzz/bad-bodies.fixture.ts';
import { badObjects, inherited } from './fuzz/bad-objects.fixture.ts';
import {
  type BadRequest,
  type Category,
  inDefault,
  plurals,
  samples,
  standing,
  withValue,
} from './fuzz/bad-request.fixture.ts';
import { TestFace } from './test-face.ts';

const rounds = 440;
const bigOnes = 5;
const atOnce = 16;

describe('bad input', () => {
  let world: TestFace;

  before(async () => {
    world = await new TestFace({ admission: true }).start();
    await world.ask(`${inDefault}/serviceaccounts`, { method: 'POST', body: { metadata: { name: 'default' } } });
    for (const plural of plurals) {
      const { path, object } = samples[plural];
      const body = withValue(object, ['metadata', 'name'], standing) as object;
      expect((await world.ask(path, { method: 'POST', body })).code, plural).to.equal(201);
    }
    await world.store.compact(await world.store.revision());
  });
  after(() => world.stop());

  /** Everything the store holds, as text. */
  async function kept(): Promise<string> {
    const all: unknown[] = [];
    for await (const stored of world.store.snapshot()) all.push(stored);
    return JSON.stringify(all);
  }

  /** What is wrong with the answer; undefined: nothing. */
  async function judge({ name }: Category, { path, ask, want }: BadRequest): Promise<string | undefined> {
    const about = () => `${name}: ${ask.method ?? 'GET'} ${path.slice(0, 200)} ${JSON.stringify(ask).slice(0, 500)}`;
    try {
      const answer = await world.ask(path, ask);
      const { kind, apiVersion, status, code, reason, message } = answer.json;
      const proper =
        kind === 'Status' && apiVersion === 'v1' && status === 'Failure' && code === answer.code && message;
      if (proper && want.includes(`${code} ${reason}`)) return undefined;
      return `${about()}\n  wanted ${want.join(' or ')}, got ${answer.code} ${answer.text.slice(0, 300)}`;
    } catch (error) {
      return `${about()}\n  wanted ${want.join(' or ')}, got ${String(error)}`;
    }
  }

  it('of more than 10,000 kinds is refused as Kubernetes refuses it, and nothing is stored', async () => {
    const random = new SeededRandom('bad input');
    const categories = [...badBodies, ...badObjects, ...badAddresses];
    const requests = Array.from({ length: rounds }, () => categories)
      .flat()
      .map((category) => ({ category, request: category.draw(random) }));
    for (let index = 0; index < bigOnes; index += 1)
      requests.splice(index * 1000, 0, { category: bigBodies, request: bigBodies.draw(random) });
    expect(requests.length).to.be.at.least(10_000);

    const before = await kept();
    const inheritedBefore = Object.getOwnPropertyNames(Object.prototype);
    const wrong: string[] = [];
    let next = 0;
    const send = async () => {
      for (let at = next++; at < requests.length; at = next++) {
        const { category, request } = requests[at] as (typeof requests)[number];
        const complaint = await judge(category, request);
        if (complaint) wrong.push(complaint);
        if (at % 100 !== 0) continue;
        const good = await world.ask(`${inDefault}/configmaps/${standing}`);
        expect([good.code, good.json.data], `a good request after ${category.name}`).to.deep.equal([
          200,
          { key: 'value' },
        ]);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, send));
    const byCategory = [...new Map(wrong.map((text) => [text.replace(/:.*/s, ''), text])).values()];
    expect(wrong.length, `${wrong.length} answers are wrong, among them:\n${byCategory.join('\n')}\n`).to.equal(0);
    expect(await kept()).to.equal(before);
    expect(Object.getOwnPropertyNames(Object.prototype)).to.deep.equal(inheritedBefore);
  }).timeout(120_000);

  it('is not what odd keys in data are: they are given back as they came', async () => {
    const data = `{${inherited.map((key, index) => `${JSON.stringify(key)}:"${index}"`).join(',')}}`;
    const path = `${inDefault}/configmaps`;
    const type = 'application/json';
    const created = await world.ask(path, { method: 'POST', type, body: `{"metadata":{"name":"odd"},"data":${data}}` });
    expect(created.code).to.equal(201);
    expect((await world.ask(`${path}/odd`)).text).to.contain(`"data":${data}`);
    const yaml = await world.ask(`${path}/odd`, { headers: { Accept: 'application/yaml' } });
    for (const key of inherited) expect(yaml.text).to.contain(`  ${key}: `);
    for (const patch of ['merge-patch', 'strategic-merge-patch']) {
      const body = `{"data":{"__proto__":"${patch}","constructor":null}}`;
      const patched = await world.ask(`${path}/odd`, { method: 'PATCH', type: `application/${patch}+json`, body });
      expect(patched.text).to.contain(`"__proto__":"${patch}"`).and.not.to.contain('"constructor"');
    }
    const operations = [
      { op: 'test', path: '/data/__proto__', value: 'strategic-merge-patch' },
      { op: 'replace', path: '/data/__proto__', value: 'json-patch' },
      { op: 'add', path: '/data/constructor', value: 'new' },
      { op: 'remove', path: '/data/toString' },
    ];
    const patched = await world.ask(`${path}/odd`, {
      method: 'PATCH',
      type: 'application/json-patch+json',
      body: operations,
    });
    expect(patched.code, patched.text).to.equal(200);
    expect(patched.text)
      .to.contain('"__proto__":"json-patch"')
      .and.to.contain('"constructor":"new"')
      .and.not.to.contain('"toString"');
    expect((await world.ask(`${path}/odd`, { method: 'DELETE' })).code).to.equal(200);
  });

  it('lets label values and names be words that every object inherits', async () => {
    const labels = { constructor: 'toString', valueOf: 'constructor' };
    const body = withValue(samples.deployments.object, ['metadata'], { name: 'constructor', labels }) as object;
    expect((await world.ask(samples.deployments.path, { method: 'POST', body })).code).to.equal(201);
    const found = await world.ask(`${samples.deployments.path}?labelSelector=constructor%3DtoString`);
    expect(found.json.items.map((item: { metadata: object }) => item.metadata)).to.have.length(1);
    expect((await world.ask(`${samples.deployments.path}?labelSelector=toString`)).json.items).to.deep.equal([]);
    expect((await world.client.of(Deployments).in('default').get('constructor')).metadata.labels).to.deep.equal(labels);
    expect((await world.ask(`${samples.deployments.path}/constructor`, { method: 'DELETE' })).code).to.equal(200);
  });
});
