import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeContainerRuntime } from '../../core/testing/describe-container-runtime.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { VirtualNetwork } from './network/virtual-network.ts';
import { ProcessRuntime } from './process-runtime.ts';

/** Comes back from `start` when a program that does not listen to SIGTERM has got so far as not to. */
class PatientRuntime extends ProcessRuntime {
  override async startContainer(id: string): Promise<void> {
    await super.startContainer(id);
    if (!(await this.containerStatus(id))?.config.command.includes(stubborn)) return;
    const reader = this.logs(id, { follow: true }).getReader();
    await reader.read();
    await reader.cancel();
  }
}
const stubborn = 'process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1e6)';

describeContainerRuntime('process', async () => {
  const network = new VirtualNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'kubelab spec '));
  const runtime = new PatientRuntime({
    clock: new RealClock(),
    network,
    node: { name: 'node-1', podCIDR: '10.244.1.0/24' },
    unknownImages: 'refuse',
    folder,
  });
  const node = (script: string) => ({ image: 'node', command: ['node', '-e', script], args: [] });
  return {
    runtime,
    programs: {
      run: { image: 'kubelab/sleep', command: [], args: [] },
      stubborn: node(stubborn),
      exit: (code) => node(`process.exit(${code})`),
      print: (lines) =>
        node(`${JSON.stringify(lines)}.forEach((line) => console.log(line)); setInterval(() => {}, 1e6)`),
      broken: { image: 'busybox', command: ['no-such-program'], args: [] },
      missing: { image: 'example.com/nobody/nothing:1', command: [], args: [] },
    },
    async close() {
      await network.close();
      if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`left behind in ${folder}`);
      rmSync(folder, { recursive: true });
    },
  };
});
