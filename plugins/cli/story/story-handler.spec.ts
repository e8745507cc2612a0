// What `kubelab story` says of pods that it does not know, and how a story looks.

import { expect } from 'chai';
import type { Cluster } from '../../../core/cluster/cluster.ts';
import type { ApiClient } from '../../../core/contracts/api-client.ts';
import { type Pod, Pods } from '../../../core/model/pod.ts';
import { AuditRing } from '../../../core/story/audit-ring.ts';
import type { Story } from '../../../core/story/story.ts';
import { makePod } from '../../../core/testing/objects.ts';
import { storyIn } from './story-handler.ts';
import { storyJson, storyText } from './story-text.ts';

describe('kubelab story, what it says', () => {
  const ring = new AuditRing(100);
  /** A cluster that has these pods now. */
  const cluster = (...names: string[]) =>
    ({
      components: [],
      client: () => ({ of: () => ({ list: async () => ({ items: names.map((name) => makePod(name)) }) }) }) as unknown,
    }) as unknown as Cluster & { client(): ApiClient };
  const tell = (verb: 'create' | 'delete', pod: Pod) =>
    ring.add({
      time: 1000,
      user: 'ann',
      userAgent: undefined,
      verb,
      subresource: undefined,
      resource: Pods as never,
      namespace: 'default',
      name: pod.metadata.name,
      uid: pod.metadata.uid,
      resourceVersion: '1',
      object: verb === 'create' ? pod : undefined,
      previous: verb === 'create' ? undefined : pod,
    });
  const refusal = (namespace: string, name: string, ...living: string[]) =>
    storyIn(cluster(...living), ring, namespace, name).then(
      () => 'a story',
      (error: Error) => error.message,
    );

  it('names the pods that there are, those that are gone, and where one of that name is', async () => {
    tell('create', makePod('web'));
    tell('create', makePod('old'));
    tell('delete', makePod('old'));
    expect(await refusal('default', 'wbe', 'web')).to.equal(
      'no pod wbe in namespace default (did you mean web?); there are: web, old (gone)',
    );
    expect(await refusal('shop', 'web', 'web')).to.equal(
      'no pod web in namespace shop; there is one in namespace default: add -n default',
    );
    expect(await refusal('shop', 'cart')).to.equal('no pod cart in namespace shop; there were none');
    expect(await refusal('default', 'x', ...Array.from({ length: 12 }, (_, n) => `pod-${n}`))).to.match(
      /there are: pod-3, .*, pod-11, old \(gone\), and 3 others$/,
    );
    expect(await refusal('default', 'silent', 'silent')).to.match(/^pod silent is there, but the last 100 writes say/);
    expect(await refusal('default', 'old')).to.equal('a story');
  });

  const story: Story = {
    namespace: 'default',
    name: 'web',
    uid: 'uid-web',
    created: 10_000,
    isGone: true,
    steps: [
      {
        at: 9_980,
        when: 'at',
        component: 'kubectl',
        user: 'ann',
        step: 'owner-created',
        what: 'Deployment web created',
      },
      { at: 10_000, when: 'at', component: 'controller-replication', user: 'cm', step: 'pod-created', what: 'created' },
      { at: 10_004, when: 'by', component: 'kubelet n', user: 'n', step: 'probe-failed', what: 'failed', count: 2 },
      { at: 12_000, when: 'at', component: 'kubelet n', user: 'n', step: 'gone', what: 'gone' },
    ],
  };

  it('is told in seconds since the pod was created, with the line that did it', () => {
    const [head, , titles, ...rows] = storyText(story, true).split('\n');
    expect(head).to.equal('pod web in namespace default, created 1970-01-01T00:00:10.000Z, gone after 2.000 s');
    expect(titles).to.match(/^TIME +WHO +AS +WHAT +WHERE$/);
    expect(rows[0]).to.match(/^-0\.020 s +kubectl +ann +Deployment web created +core\/api\/create\.ts:\d+$/);
    expect(rows[1]).to.match(/^\+0\.000 s +controller-replication +cm +created +plugins\/controller-replication\/\S+$/);
    expect(rows[2]).to.match(/^by \+0\.004 s +kubelet n +n +failed \(x2\) +core\/node\/probe-worker\.ts:\d+$/);
    const { steps, created } = JSON.parse(storyJson(story));
    expect(created).to.equal('1970-01-01T00:00:10.000Z');
    expect(steps[3]).to.deep.include({ time: '1970-01-01T00:00:12.000Z', seconds: 2, step: 'gone' });
  });

  it('says that the beginning is not remembered any more', () => {
    const late = { ...story, created: undefined, steps: story.steps.slice(2) };
    expect(storyText(late, true)).to.match(/^pod web in namespace default; its beginning is not remembered any more/);
  });
});
