import { expect } from 'chai';
import type { Container } from '../../../model/container.ts';
import { makeNode, makePod } from '../../../testing/objects.ts';
import { verdicts, viewOf } from './cases.fixture.ts';
import { nodePorts } from './node-ports.ts';

/** `UDP/127.0.0.1/80`: protocol and address may be left out. */
const port = (text: string) => {
  const [hostPort, hostIP, protocol] = text.split('/').reverse();
  return { containerPort: 80, hostPort: Number(hostPort), ...(hostIP && { hostIP }), ...(protocol && { protocol }) };
};
const ports = (texts: string): Partial<Container> =>
  ({
    ports: texts
      .split(' ')
      .filter((text) => text !== '')
      .map(port),
  }) as Partial<Container>;

describe('NodePorts', () => {
  const taken = "node(s) didn't have free ports for the requested pod ports";
  const cases: readonly (readonly [wanted: string, used: string, verdict: string])[] = [
    ['', '8080', 'fits'],
    ['8080', '', 'fits'],
    ['8080', '8081', 'fits'],
    ['8080', '8080', taken],
    ['UDP/0.0.0.0/8080', 'TCP/0.0.0.0/8080', 'fits'],
    ['TCP/127.0.0.1/8080', 'TCP/127.0.0.1/8080', taken],
    ['TCP/127.0.0.1/8080', 'TCP/127.0.0.2/8080', 'fits'],
    // All addresses of the node collide with each.
    ['TCP/0.0.0.0/8080', 'TCP/127.0.0.1/8080', taken],
    ['TCP/127.0.0.1/8080', 'TCP/0.0.0.0/8080', taken],
    ['8080', 'TCP/127.0.0.1/8080', taken],
    ['UDP/0.0.0.0/8080', 'TCP/127.0.0.1/8080', 'fits'],
    // One of several is enough.
    ['8000 8080', '8080', taken],
    ['TCP/127.0.0.1/8001 UDP/127.0.0.1/8080', 'TCP/127.0.0.1/8001 UDP/127.0.0.1/8081', taken],
    ['8001', '8080 UDP/0.0.0.0/8001', 'fits'],
  ];
  for (const [wanted, used, verdict] of cases)
    it(`wants ${wanted || 'none'}, ${used || 'none'} in use: ${verdict}`, () => {
      const view = viewOf([makeNode('node')], { node: [makePod('there', {}, ports(used))] });
      expect(verdicts(nodePorts, makePod('web', {}, ports(wanted)), view)).to.deep.equal({ node: verdict });
    });

  it('counts the ports of sidecars, not those of other init containers', () => {
    const init = (restartPolicy?: string) =>
      ({
        initContainers: [{ name: 'i', image: 'i', ...ports('8080'), ...(restartPolicy && { restartPolicy }) }],
      }) as never;
    for (const [restartPolicy, verdict] of [
      ['Always', taken],
      [undefined, 'fits'],
    ] as const) {
      const view = viewOf([makeNode('node')], { node: [makePod('there', init(restartPolicy))] });
      expect(verdicts(nodePorts, makePod('web', {}, ports('8080')), view)).to.deep.equal({ node: verdict });
      const other = viewOf([makeNode('node')], { node: [makePod('there', {}, ports('8080'))] });
      expect(verdicts(nodePorts, makePod('web', init(restartPolicy)), other)).to.deep.equal({ node: verdict });
    }
  });
});
