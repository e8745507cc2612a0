import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { ContainerSession } from '../../core/contracts/kubelet-connection.ts';
import { Pods } from './pods.fixture.ts';
import { findProgram } from './workplace.ts';

const text = (stream: ReadableStream<Uint8Array> | undefined) => new Response(stream).text();
const bytes = (words: string) => new TextEncoder().encode(words);

async function write(session: ContainerSession, words: string, close = true): Promise<void> {
  const writer = session.stdin?.getWriter();
  await writer?.write(bytes(words));
  if (close) await writer?.close();
  else writer?.releaseLock();
}

/** Reads until this was written. */
async function heard(session: ContainerSession, part: string): Promise<string> {
  const reader = session.stdout.getReader();
  let all = '';
  while (!all.includes(part)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended without "${part}": ${JSON.stringify(all)}`);
    all += new TextDecoder().decode(value);
  }
  reader.releaseLock();
  return all;
}

/** Whether the process runs; one that nobody has asked for its end yet does not. */
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

describe('exec and attach in the process runtime', function () {
  if (process.platform === 'win32') return;
  this.timeout(20_000);
  const terminal = process.platform === 'linux' && findProgram('script', process.env.PATH ?? '') !== undefined;
  let pods: Pods;
  let id: string;
  before(async () => {
    pods = new Pods();
    ({ id } = await pods.run('web', 'busybox', { command: ['sleep', '600'], env: [{ name: 'COLOR', value: 'blue' }] }));
  });
  after(() => pods.close());

  it('a command has its input, both outputs, the environment and an exit code', async () => {
    const command = ['sh', '-c', 'cat; echo $COLOR; echo oh >&2; exit 7'];
    const session = await pods.runtime.exec(id, { command, stdin: true, tty: false });
    const [out, err] = [text(session.stdout), text(session.stderr)];
    await write(session, 'hello\n');
    expect(await session.ended).to.deep.equal({ exitCode: 7 });
    expect([await out, await err]).to.deep.equal(['hello\nblue\n', 'oh\n']);
  });

  it('reads an end at once when nobody writes to it', async () => {
    const session = await pods.runtime.exec(id, { command: ['cat'], stdin: false, tty: false });
    expect(session.stdin).to.equal(undefined);
    expect([await text(session.stdout), (await session.ended).exitCode]).to.deep.equal(['', 0]);
  });

  it('a command that is not there ends with an error in the words of runc', async () => {
    const session = await pods.runtime.exec(id, { command: ['no-such'], stdin: false, tty: false });
    const error: Error = await session.ended.then(
      () => new Error('it ran'),
      (thrown) => thrown,
    );
    expect(error.message).to.match(
      /^failed to exec in container: failed to start exec ".*": OCI runtime exec failed: exec failed: unable to start container process: exec: "no-such": executable file not found in \$PATH: unknown$/,
    );
  });

  it('waits for a slow reader, and loses nothing', async () => {
    const command = ['sh', '-c', 'head -c 3000000 /dev/zero; echo end >&2'];
    const session = await pods.runtime.exec(id, { command, stdin: false, tty: false });
    // Nobody reads the output: the command does not get to its end.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    let length = 0;
    const err = text(session.stderr);
    for await (const part of session.stdout as unknown as AsyncIterable<Uint8Array>) length += part.length;
    expect([length, await err]).to.deep.equal([3_000_000, 'end\n']);
  });

  it('ends with all that it started when its listener goes', async () => {
    const command = ['sh', '-c', 'sleep 600 & echo $! $$; wait'];
    const session = await pods.runtime.exec(id, { command, stdin: false, tty: false });
    const pids = (await heard(session, '\n')).trim().split(' ').map(Number);
    expect(pids.every(alive)).to.equal(true);
    session.close();
    await session.ended;
    while (pids.some(alive)) await new Promise((resolve) => setImmediate(resolve));
  });

  it('has a terminal when asked for one, with a size and echo', async function () {
    if (!terminal) return this.skip();
    const session = await pods.runtime.exec(id, { command: ['sh'], stdin: true, tty: true });
    expect(session.stderr).to.equal(undefined);
    session.resize({ width: 101, height: 33 });
    // The size is set beside the program: it is asked for until it is there.
    await write(session, 'until stty size | grep 33; do :; done; tty\n', false);
    expect(await heard(session, '/dev/')).to.contain('33 101');
    await write(session, 'exit 3\n', false);
    expect(await session.ended).to.deep.equal({ exitCode: 3 });
    session.close();
  });

  it('nothing is left of a terminal whose listener goes', async function () {
    if (!terminal) return this.skip();
    const command = ['sh', '-c', 'trap "" HUP TERM; echo pid $$.; sleep 600; sleep 600'];
    const session = await pods.runtime.exec(id, { command, stdin: true, tty: true });
    const pid = Number(/pid (\d+)/.exec(await heard(session, '.'))?.[1]);
    session.close();
    while (alive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it('attach hears the program from now on, writes to it, and closes its input once', async () => {
    const config = { stdin: true, stdinOnce: true, command: ['sh', '-c', 'while read line; do echo got $line; done'] };
    const { id: reader } = await pods.run('reader', 'busybox', config);
    const one = await pods.runtime.attach(reader);
    const two = await pods.runtime.attach(reader);
    const all = text(two.stdout);
    await write(one, 'a\nb\n');
    expect(await heard(one, 'got b\n')).to.equal('got a\ngot b\n');
    expect(await one.ended).to.deep.equal({ exitCode: 0 });
    expect(await all).to.equal('got a\ngot b\n');
    expect(await pods.logs(reader)).to.equal('got a\ngot b\n');
  });

  it('the first who attaches to an interactive program hears what came before', async () => {
    const { id: greeter } = await pods.run('greeter', 'busybox', {
      stdin: true,
      command: ['sh', '-c', 'echo hi; cat'],
    });
    await pods.printed(greeter, 'hi');
    const session = await pods.runtime.attach(greeter);
    await write(session, 'there\n', false);
    expect(await heard(session, 'there')).to.equal('hi\nthere\n');
    session.close();
  });

  it('whoever attaches at the last moment hears the end', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const { id: brief } = await pods.run(`brief-${turn}`, 'busybox', { stdin: true, command: ['echo', 'hi'] });
      let session: ContainerSession | undefined;
      do {
        session = await pods.runtime.attach(brief).catch(() => undefined);
        const said = session && text(session.stdout);
        if (session && turn % 2 === 0) expect([await said, (await session.ended).exitCode]).to.deep.equal(['hi\n', 0]);
        await new Promise((resolve) => setImmediate(resolve));
      } while (session);
    }
  });

  it('a container of its own terminal can be attached to', async function () {
    if (!terminal) return this.skip();
    const { id: shell } = await pods.run('shell', 'busybox', {
      stdin: true,
      stdinOnce: true,
      tty: true,
      command: ['sh'],
    });
    const session = await pods.runtime.attach(shell);
    await write(session, 'echo one$((1+1)) && exit 4\n', false);
    await heard(session, 'one2');
    expect(await session.ended).to.deep.equal({ exitCode: 4 });
  });
});
