import { expect } from 'chai';
import { assemble, given } from '../../core/cluster/container.ts';
import { ClusterSetting, NodeSetting } from '../../core/cluster/setting.ts';
import { nodeSettings, Settings } from '../../core/cluster/settings.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { ContainerRuntime } from '../../core/contracts/container-runtime.ts';
import { Network } from '../../core/contracts/network.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { runtimeProcess } from './plugin.ts';

describe('plugin runtime-process', () => {
  it('gives each node a runtime, and all of them one network', async () => {
    const settings = new Settings('test');
    const runtimes = nodeSettings(2).map((node) =>
      assemble(
        [runtimeProcess()],
        [given(Clock, new RealClock()), given(ClusterSetting, settings), given(NodeSetting, node)],
      ).get(ContainerRuntime),
    );
    expect(runtimes[0]).not.to.equal(runtimes[1]);
    expect(runtimes[0]?.network).to.equal(runtimes[1]?.network).and.to.equal(settings.made(Network));
    for (const runtime of runtimes) await runtime.close();
    await settings.end();
  });

  it('refuses an option that it does not have', () => {
    expect(() => assemble([runtimeProcess({ unknownImages: 'ignore' as 'refuse' })], [])).to.throw('unknownImages');
  });
});
