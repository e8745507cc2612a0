import { expect } from 'chai';
import { TestNode } from './test-node.fixture.ts';

describe('Kubelet: commands and ports', () => {
  let node: TestNode;
  beforeEach(async () => {
    node = new TestNode();
    await node.start();
  });
  afterEach(async () => {
    expect(await node.stop()).to.deep.equal({ timer: undefined, watches: 0 });
  });

  const why = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'it worked',
      (error: Error) => error.message,
    );
  const ls = (container: string) => ({ container, command: ['ls'], stdin: false, tty: false });

  it('reach the running container of a pod', async () => {
    await node.create('web', [{ name: 'web' }, { name: 'side' }], { mock: { 'exec-output': 'files' } });
    await node.clock.advance(1_000);
    const session = await node.kubelet.exec('default', 'web', ls('side'));
    expect([await new Response(session.stdout).text(), await session.ended]).to.deep.equal(['files', { exitCode: 0 }]);
    const attached = await node.kubelet.attach('default', 'web', 'web');
    attached.close();
    expect(await new Response(attached.stdout).text()).to.equal('');
    const { readable, writable } = await node.kubelet.portForward('default', 'web', 80);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'));
    expect(await new Response(readable).text()).to.match(/^HTTP\/1.1 200 OK/);
  });

  it('are refused in a real kubelet’s words when there is nothing to reach', async () => {
    await node.create('done', [{ name: 'web' }], { mock: { 'exit-code': '0' }, spec: { restartPolicy: 'Never' } });
    await node.clock.advance(1_000);
    const { kubelet } = node;
    expect(await why(kubelet.exec('default', 'nope', ls('web')))).to.equal('pod does not exist');
    expect(await why(kubelet.exec('default', 'done', ls('web')))).to.equal('container not found ("web")');
    expect(await why(kubelet.attach('default', 'done', 'other'))).to.equal('container not found ("other")');
    expect(await why(kubelet.portForward('default', 'done', 80))).to.match(/^error forwarding port 80 to pod /);
  });
});
