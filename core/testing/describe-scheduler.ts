// The suite that every Scheduler passes, ours or a student's:
//   describeScheduler('round-robin', () => new RoundRobinScheduler());
// It asks for what any scheduler owes its cluster, not for a certain algorithm.

import { expect } from 'chai';
import type { Scheduler } from '../contracts/scheduler.ts';
import type { Pod } from '../model/pod.ts';
import { Snapshot } from '../scheduling/snapshot.ts';
import { deepFreeze } from './deep-freeze.ts';
import { explainedLater } from './explained-later.ts';
import { makeNode, makePod } from './objects.ts';

export function describeScheduler(name: string, make: () => Scheduler): void {
  describe(`scheduler ${name}: what every scheduler owes`, () => {
    let scheduler: Scheduler;
    let cluster: Snapshot;

    beforeEach(() => {
      scheduler = make();
      cluster = new Snapshot();
    });

    const join = (...nodes: ReturnType<typeof makeNode>[]) => {
      for (const node of nodes) cluster.setNode(deepFreeze(node));
    };
    const place = (pod: Pod) => scheduler.place(deepFreeze(pod), cluster);

    /** How many nodes refuse the pod, for which reason. */
    const refusal = (pod: Pod) => {
      const placement = place(pod);
      if ('node' in placement) throw new Error(`placed on ${placement.node}`);
      return placement.unschedulable;
    };

    /** Places and counts the pod, as the loop does; gives the node's name. */
    const assign = (pod: Pod): string => {
      const placement = place(pod);
      if ('unschedulable' in placement) throw new Error(`refused: ${JSON.stringify(placement.unschedulable)}`);
      cluster.setPod(pod, placement.node);
      return placement.node;
    };

    it('refuses when there is no node', () => {
      expect(refusal(makePod('web'))).to.deep.equal({});
    });

    it('takes the only node that there is', () => {
      join(makeNode('node-1'));
      expect(place(makePod('web'))).to.deep.equal({ node: 'node-1' });
    });

    it('names nodes of the view only, also after nodes have gone', () => {
      join(makeNode('node-1'), makeNode('node-2'), makeNode('node-3'));
      for (let i = 0; i < 10; i += 1) expect(cluster.node(assign(makePod(`a-${i}`)))).not.to.equal(undefined);
      cluster.removeNode('node-1');
      for (let i = 0; i < 10; i += 1) expect(assign(makePod(`b-${i}`))).to.be.oneOf(['node-2', 'node-3']);
      cluster.removeNode('node-2');
      cluster.removeNode('node-3');
      expect(refusal(makePod('late'))).to.deep.equal({});
    });

    it('leaves cordoned nodes alone and says why', () => {
      join(makeNode('node-1', { unschedulable: true }), makeNode('node-2'));
      for (let i = 0; i < 5; i += 1) expect(assign(makePod(`web-${i}`))).to.equal('node-2');
      join(makeNode('node-2', { unschedulable: true }));
      expect(refusal(makePod('web'))).to.deep.equal({ 'node(s) were unschedulable': 2 });
    });

    it('keeps pods off taints that they do not tolerate', () => {
      join(makeNode('node-1', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] }));
      expect(refusal(makePod('web'))).to.deep.equal({ 'node(s) had untolerated taint {gpu: yes}': 1 });
      const tolerant = makePod('gpu', { tolerations: [{ key: 'gpu', operator: 'Exists' }] });
      expect(place(tolerant)).to.deep.equal({ node: 'node-1' });
    });

    it('heeds the nodeSelector', () => {
      join(makeNode('node-1'), makeNode('node-2', {}, { disk: 'ssd' }));
      const picky = makePod('picky', { nodeSelector: { disk: 'ssd' } });
      for (let i = 0; i < 3; i += 1) expect(place(picky)).to.deep.equal({ node: 'node-2' });
    });

    it('does not put more on a node than it has', () => {
      join(makeNode('node-1', {}, {}, { cpu: '1', memory: '1Gi', pods: '10' }));
      const half = { resources: { requests: { cpu: '500m', memory: '100Mi' } } };
      assign(makePod('a', {}, half));
      assign(makePod('b', {}, half));
      expect(refusal(makePod('c', {}, half))).to.deep.equal({ 'Insufficient cpu': 1 });
    });

    it('counts pods as well', () => {
      join(makeNode('node-1', {}, {}, { cpu: '4', memory: '4Gi', pods: '2' }));
      assign(makePod('a'));
      assign(makePod('b'));
      expect(refusal(makePod('c'))).to.deep.equal({ 'Too many pods': 1 });
    });

    it('does not skip a node because a pod was refused', () => {
      join(makeNode('node-1'), makeNode('node-2'), makeNode('node-3'));
      const placed = new Set<string>();
      for (let i = 0; i < 3; i += 1) {
        place(makePod(`huge-${i}`, {}, { resources: { requests: { cpu: '1000' } } }));
        placed.add(assign(makePod(`web-${i}`)));
      }
      expect([...placed].every((node) => cluster.node(node))).to.equal(true);
    });

    it('counts pods that wait for room on a node', () => {
      join(makeNode('node-1', {}, {}, { cpu: '1', memory: '1Gi', pods: '10' }));
      const half = { resources: { requests: { cpu: '500m', memory: '100Mi' } } };
      cluster.setNominated(makePod('more-important', { priority: 100 }, half), 'node-1');
      assign(makePod('a', {}, half));
      expect(refusal(makePod('b', {}, half))).to.deep.equal({ 'Insufficient cpu': 1 });
      cluster.removePod('uid-more-important');
      assign(makePod('b', {}, half));
    });

    it('makes room, if it does, by pods of lower priority on a node of the view, which then takes the pod', () => {
      join(makeNode('node-1', {}, {}, { cpu: '1', memory: '1Gi', pods: '10' }));
      const all = { resources: { requests: { cpu: '1', memory: '100Mi' } } };
      assign(makePod('low', { priority: 1 }, all));
      const high = makePod('high', { priority: 2 }, all);
      for (const pod of [high, makePod('equal', { priority: 1 }, all)]) {
        const placement = place(pod);
        if ('node' in placement) throw new Error(`placed on ${placement.node}, which is full`);
        const { nominate } = placement;
        if (nominate === undefined || nominate === 'nowhere') continue;
        expect(pod).to.equal(high);
        expect(nominate.victims.map(({ metadata }) => metadata.name)).to.deep.equal(['low']);
        for (const { metadata } of nominate.victims) cluster.removePod(metadata.uid);
        expect(assign(high)).to.equal(nominate.node);
      }
    });

    it('makes no room for a pod that never preempts', () => {
      join(makeNode('node-1', {}, {}, { cpu: '1', memory: '1Gi', pods: '10' }));
      const all = { resources: { requests: { cpu: '1', memory: '100Mi' } } };
      assign(makePod('low', {}, all));
      const placement = place(makePod('polite', { priority: 2, preemptionPolicy: 'Never' }, all));
      expect(placement).to.have.property('unschedulable');
      expect(placement).not.to.have.nested.property('nominate.node');
    });

    it('explains, if it does, what it did, also long afterwards', () => {
      for (const seed of [1, 2, 3])
        for (const { pod, placement, explanation } of explainedLater(make(), { seed }))
          if (explanation)
            expect(explanation.winner, `seed ${seed}, ${pod.metadata.name}`).to.equal(
              'node' in placement ? placement.node : undefined,
            );
    });

    it('changes nothing by explaining', () => {
      join(makeNode('node-1'), makeNode('node-2'), makeNode('node-3'));
      for (let at = 0; at < 6; at += 1) {
        const pod = makePod(`web-${at}`);
        const { memory } = scheduler;
        const explain = () => scheduler.explain?.(deepFreeze(pod), cluster, memory)?.winner;
        const winner = explain();
        expect(explain()).to.equal(winner);
        expect(scheduler.memory).to.deep.equal(memory);
        const node = assign(pod);
        if (winner) expect(node).to.equal(winner);
      }
    });

    it('changes nothing that it is shown', () => {
      join(makeNode('node-1'), makeNode('node-2'));
      assign(makePod('before'));
      const picture = () =>
        JSON.stringify([cluster.nodes.map((node) => [node.name, node.requested, node.pods, [...node.usedPorts]])]);
      const before = picture();
      place(makePod('web'));
      expect(picture()).to.equal(before);
    });
  });
}
