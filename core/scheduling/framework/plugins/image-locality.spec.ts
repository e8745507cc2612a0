// Cases of the plugin's own table. Sizes in mebibytes; below 23 an image does not matter, above 1000 a container more does not.

import { expect } from 'chai';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { scores, viewOf } from './cases.fixture.ts';
import { imageLocality, normalised } from './image-locality.ts';

const mebibyte = 1024 * 1024;
const sizeOf = (image: string) => Number(/\d+/.exec(image)![0]) * mebibyte;

/** Images called by their size: `gcr.io/40`. */
const node = (name: string, ...images: string[]) => {
  const bare = makeNode(name);
  const had = images.map((image) => ({ names: [normalised(image)], sizeBytes: sizeOf(image) }));
  return { ...bare, status: { ...bare.status, images: had } };
};
const pod = (...images: string[]) =>
  makePod('web', { containers: images.map((image, at) => ({ name: `c${at}`, image })) } as never);

describe('ImageLocality', () => {
  const large = node('a', 'gcr.io/40', 'gcr.io/300', 'gcr.io/2000');
  const small = node('b', 'gcr.io/250', 'gcr.io/10');
  const empty = node('c');
  const cases: readonly (readonly [
    what: string,
    images: string[],
    nodes: ReturnType<typeof node>[],
    wanted: object | undefined,
  ])[] = [
    // a: 40 on half of the nodes is 20, below the threshold. b: 100 * (250/2 - 23) / (2 * 1000 - 23).
    ['two images on two nodes: the larger one', ['gcr.io/40', 'gcr.io/250'], [large, small], { a: 0, b: 5 }],
    // a: 100 * ((40 + 300)/2 - 23) / (2 * 1000 - 23)
    ['two images on one node', ['gcr.io/40', 'gcr.io/300'], [large, small], { a: 7, b: 0 }],
    // a: 2000/2 = 1000 of 2 * 1000. b: 10/2 is below the threshold.
    ['a large image on half of the nodes', ['gcr.io/10', 'gcr.io/2000'], [large, small], { a: 49, b: 0 }],
    // More than so much for each container does not count.
    ['no more than the limit', ['gcr.io/2000'], [large], { a: 100 }],
    // 2000 * 1/3 = 666
    ['the fewer nodes have it, the less it draws', ['gcr.io/2000'], [large, small, empty], { a: 65, b: 0, c: 0 }],
    ['an image that nobody has', ['gcr.io/77'], [large, small], undefined],
  ];
  for (const [what, images, nodes, wanted] of cases)
    it(`${what}: ${JSON.stringify(wanted)}`, () => {
      expect(scores(imageLocality, pod(...images), viewOf(nodes))).to.deep.equal(wanted);
    });

  it('an image that a pod names without tag is the latest', () => {
    expect(normalised('root')).to.equal('root:latest');
    expect(normalised('root:tag')).to.equal('root:tag');
    expect(normalised('gcr.io:5000/root')).to.equal('gcr.io:5000/root:latest');
    expect(normalised('gcr.io/root:tag')).to.equal('gcr.io/root:tag');
    expect(normalised('root@sha256:2f5ff')).to.equal('root@sha256:2f5ff');
  });
});
