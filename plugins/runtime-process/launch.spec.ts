import { expect } from 'chai';
import type { ContainerConfig } from '../../core/contracts/container-runtime.ts';
import { findImage } from './catalogue.ts';
import { commandLine, launch, type Place } from './launch.ts';

const mapping = (path: string, real: string) => ({ path, real, readOnly: false });

describe('launch', () => {
  const config = (more: Partial<ContainerConfig> = {}) =>
    ({ command: [], args: [], env: [], ...more }) as unknown as ContainerConfig;
  const place = (more: Partial<Place> = {}): Place => ({
    windows: false,
    node: '/opt/node',
    images: '/k/images',
    preload: '/k/pre load',
    applets: '/w/bin',
    root: '/w/p1/main.0',
    mappings: [mapping('/data', '/w/v/data')],
    keep: ['/w'],
    ports: new Map(),
    hostname: 'web-1',
    settings: { token: 'x' },
    machine: { PATH: '/usr/bin', SECRET: 'x' },
    find: (name) => (['sh', 'ls', 'cat', 'nginx'].includes(name) ? `/usr/bin/${name}` : undefined),
    ...more,
  });
  const program = (image: string, more: Partial<ContainerConfig> = {}, where: Partial<Place> = {}) => {
    const found = findImage(image, 'simulate');
    return launch(commandLine(found, config(more)), found, config(more), place(where));
  };
  const line = (...args: Parameters<typeof program>) => {
    const { file, args: words } = program(...args);
    return [file, ...words].join(' ');
  };

  it("follows Kubernetes' rules for command and args", () => {
    const image = { ...findImage('kubelab/web', 'refuse'), entrypoint: ['entry'], command: ['usual'] };
    expect(commandLine(image, { command: [], args: [] })).to.deep.equal(['entry', 'usual']);
    expect(commandLine(image, { command: [], args: ['a'] })).to.deep.equal(['entry', 'a']);
    expect(commandLine(image, { command: ['c'], args: [] })).to.deep.equal(['c']);
    expect(commandLine(image, { command: ['c'], args: ['a'] })).to.deep.equal(['c', 'a']);
  });

  it("finds the images' own programs, also by full path and behind docker-entrypoint.sh", () => {
    expect(line('nginx')).to.equal('/opt/node /k/images/site.mjs nginx');
    expect(line('nginx', { command: ['/docker-entrypoint.sh', 'nginx', '-g', 'daemon off;'] })).to.equal(
      '/opt/node /k/images/site.mjs nginx -g daemon off;',
    );
    expect(line('busybox', { command: ['/agnhost', 'pause'] })).to.equal('/opt/node /k/images/agnhost.mjs pause');
    expect(line('host/nginx')).to.equal('/usr/bin/nginx');
  });

  it("runs node itself, and shells and other programs from the machine, with volumes' real paths", () => {
    expect(line('node', { command: ['node', '/data/app.js'] })).to.equal('/opt/node /w/v/data/app.js');
    expect(line('busybox', { command: ['/bin/bash', '-c', 'cat /data/x'] })).to.equal('/usr/bin/sh -c cat /w/v/data/x');
    expect(line('busybox', { command: ['/data/run.sh'] })).to.equal('/w/v/data/run.sh');
    expect(() => line('busybox', { command: ['nothing'] })).to.throw(
      'exec: "nothing": executable file not found in $PATH',
    );
    expect(line('busybox', { command: ['rm', 'x'] }, { windows: true })).to.equal('/opt/node /k/images/shell.mjs rm x');
  });

  it('ignores the command of an image that is not here', () => {
    expect(line('example.com/app', { command: ['run'] })).to.equal('/opt/node /k/images/idle.mjs');
  });

  it('gives out ports by PORT, in the environment and in arguments', () => {
    const { args, environment } = program(
      'host/cat',
      { args: ['$(PORT)', '$(PORT_81)', '$(OTHER)'] },
      {
        ports: new Map([
          [80, 4000],
          [81, 4001],
        ]),
      },
    );
    expect(args).to.deep.equal(['4000', '4001', '$(OTHER)']);
    expect(environment).to.include({
      PORT: '4000',
      PORT_80: '4000',
      PORT_81: '4001',
    });
    expect(JSON.parse(environment.KUBELAB_CONTAINER ?? '')).to.deep.include({ givenPorts: [4000, 4001] });
  });

  it("builds the environment of the pod's and the container's, and keeps the preload first", () => {
    const env = [
      { name: 'NODE_OPTIONS', value: '--trace-warnings' },
      { name: 'KUBELAB_CONTAINER', value: 'mine' },
      { name: 'DATA', value: '/data/x' },
    ];
    const { environment, folder } = program('kubelab/web', { env, workingDir: '/app' });
    expect(environment).to.include({
      NODE_OPTIONS: '--require "/k/pre load/preload.cjs" --trace-warnings',
      PATH: '/w/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOSTNAME: 'web-1',
      DATA: '/data/x',
    });
    expect(JSON.parse(environment.KUBELAB_CONTAINER ?? '')).to.deep.include({
      token: 'x',
      nodeOptions: '--trace-warnings',
      mounts: [['/data', '/w/v/data', false]],
      keep: ['/w'],
    });
    expect(environment).not.to.have.property('SECRET');
    expect(folder).to.equal('/w/p1/main.0/app');
  });

  it('shows programs of the machine nothing but what a container has', () => {
    const env = [{ name: 'DATA', value: '/data/x' }];
    expect(program('busybox', { env }).environment).to.deep.equal({
      PATH: '/w/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOSTNAME: 'web-1',
      HOME: '/w/p1/main.0',
      TMPDIR: '/w/p1/main.0/tmp',
      DATA: '/w/v/data/x',
    });
    const elsewhere = program('busybox', {}, { machine: { PATH: '/nix/bin' }, find: (name) => `/nix/bin/${name}` });
    expect(elsewhere.environment.PATH).to.equal('/w/bin:/nix/bin');
  });
});
