import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LogOptions } from '../../core/contracts/kubelet-connection.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { LogFile } from './log-file.ts';
import { readLog } from './log-reader.ts';

describe('log file', () => {
  let folder: string;
  let clock: VirtualClock;
  let log: LogFile;
  const read = (options: LogOptions = {}) => new Response(readLog(log, options, clock.now())).text();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubelab-log-'));
    clock = new VirtualClock();
    log = new LogFile(join(folder, 'main.log'), clock, 2000);
  });
  afterEach(async () => {
    await log.end();
    rmSync(folder, { recursive: true });
  });

  it("writes whole lines in CRI's format, however the bytes come", async () => {
    log.write('stdout', Buffer.from('one\ntw'));
    log.write('stderr', Buffer.from('error\n'));
    await clock.advance(1500);
    log.write('stdout', Buffer.from('o\nunfinished'));
    await log.end();
    expect(readFileSync(log.path, 'utf8')).to.equal(
      '2026-01-01T00:00:00.000000000Z stdout F one\n' +
        '2026-01-01T00:00:00.000000000Z stderr F error\n' +
        '2026-01-01T00:00:01.500000000Z stdout F two\n' +
        '2026-01-01T00:00:01.500000000Z stdout F unfinished\n',
    );
    expect(await read()).to.equal('one\nerror\ntwo\nunfinished\n');
  });

  it('gives the tail, since a time, with times, at most so many bytes', async () => {
    for (const word of ['one', 'two', 'three']) {
      log.write('stdout', Buffer.from(`${word}\n`));
      await clock.advance(10_000);
    }
    expect(await read({ tailLines: 2 })).to.equal('two\nthree\n');
    expect(await read({ tailLines: 9 })).to.equal('one\ntwo\nthree\n');
    expect(await read({ tailLines: 0 })).to.equal('');
    expect(await read({ sinceSeconds: 15 })).to.equal('three\n');
    expect(await read({ sinceTime: '2026-01-01T00:00:10Z' })).to.equal('two\nthree\n');
    expect(await read({ limitBytes: 5 })).to.equal('one\nt');
    expect(await read({ tailLines: 1, timestamps: true })).to.equal('2026-01-01T00:00:20.000000000Z three\n');
  });

  it('cuts lines that are too long into pieces and joins them again, whole characters', async () => {
    log = new LogFile(join(folder, 'long.log'), clock);
    const long = `a${'ä'.repeat(20_000)}`;
    log.write('stdout', Buffer.from(`${long}\nend\n`));
    await log.end();
    expect(readFileSync(log.path, 'utf8').match(/ stdout P /g)).to.have.length(2);
    expect(await read()).to.equal(`${long}\nend\n`);
  });

  it('is rotated, and a reader that follows goes on in the new file', async () => {
    const all = read({ follow: true });
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
    for (const line of lines) {
      log.write('stdout', Buffer.from(line));
      await log.flushed();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await log.end();
    expect(log.rotations).to.be.above(1);
    expect(readFileSync(`${log.path}.1`, 'utf8').length).to.be.at.most(2000);
    expect((await read()).length).to.be.below(lines.join('').length);
    const followed = await all;
    expect(followed.endsWith('line 99\n')).to.equal(true);
    expect(followed.split('\n').length).to.be.above(90);
  });

  it('ends a reader that is cancelled or aborted', async () => {
    log.write('stdout', Buffer.from('one\n'));
    const reader = readLog(log, { follow: true }, clock.now()).getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).to.equal('one\n');
    await reader.cancel();
    const abort = new AbortController();
    const all = new Response(readLog(log, { follow: true }, clock.now(), abort.signal)).text();
    abort.abort();
    expect(await all).to.be.oneOf(['', 'one\n']);
    expect(log.written.observed).to.equal(false);
  });
});
