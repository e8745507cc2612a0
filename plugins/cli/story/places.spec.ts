// The table of places: each text is there, once, so that `kubelab story` points at the line that it means.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { allPlaces, cloneRoot, lineOf, placeOf } from './places.ts';

describe('places of a story', () => {
  it('occur exactly once in their file', () => {
    const wrong = allPlaces().flatMap(({ file, text }) => {
      const times = readFileSync(path.join(cloneRoot(), file), 'utf8').split(text).length - 1;
      return times === 1 ? [] : [`${file}: ${text}: ${times} times`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('are lines of the sources: the component’s own, or the usual one', () => {
    const replication = placeOf({ step: 'pod-created', component: 'controller-replication' })!;
    const { file, line } = lineOf(replication)!;
    expect(file).to.equal('plugins/controller-replication/replica-controller.ts');
    expect(readFileSync(path.join(cloneRoot(), file), 'utf8').split('\n')[line - 1]).to.contain(replication.text);
    expect(placeOf({ step: 'pod-created', component: 'kubectl' })?.file).to.equal('core/api/create.ts');
    const mine = placeOf({ step: 'pod-created', component: 'controller-replication (mine.ts)' });
    expect(mine?.file).to.equal('core/api/create.ts');
    expect(placeOf({ step: 'gone', component: 'kubelet node-1' })?.file).to.equal('core/node/pod-finish.ts');
    expect(placeOf({ step: 'news', component: 'kubelet node-1' })).to.equal(undefined);
  });

  it('are nowhere where the sources are not', () => {
    expect(lineOf({ file: 'core/index.ts', text: 'x' }, '/nowhere')).to.equal(undefined);
  });
});
