import { expect } from 'chai';
import { Pods, type RunningPod } from './pods.fixture.ts';

const bytes = (text: string) => Buffer.from(text);

describe('images', () => {
  let pods: Pods;
  let client: RunningPod;
  const sh = async (script: string) => (await pods.exec(client.id, 'sh', '-c', script)).out;
  const service = (name: string, pod: RunningPod, port: number) => {
    const address = `10.96.0.${port % 200}`;
    const at = () => pods.network.resolve(pod.address, port, 'TCP')!;
    pods.network.register(address, port, 'TCP', at());
    return { name: `${name}.default.svc.cluster.local`, addresses: [address] };
  };

  before(async () => {
    pods = new Pods();
    client = await pods.run('client', 'busybox', { command: ['sleep', '3600'] });
  });
  after(() => pods.close());

  it('kubelab/web answers with pod and node', async () => {
    const web = await pods.run('web', 'kubelab/web:2', { env: [{ name: 'WEB_GREETING', value: 'Hi' }] });
    await pods.printed(web.id, 'listens on port 80');
    expect(await sh(`wget -qO- http://${web.address}`)).to.equal('Hi from web on node-1, version 2\n');
    expect(await sh(`curl -s -o /dev/null -w '%{http_code}' ${web.address}/healthz`)).to.equal('200');
    await pods.runtime.stopContainer(web.id, 5000);
    expect((await pods.ended(web.id)).exitCode).to.equal(0);
  });

  it('kubelab/kv speaks the protocol of Redis, with a password, and reads its file again', async () => {
    const config = {
      env: [
        { name: 'KV_PASSWORD', value: 'secret' },
        { name: 'KV_APPENDONLY', value: 'yes' },
      ],
      mounts: [{ name: 'data', containerPath: '/data', emptyDir: true, readOnly: false }],
    };
    const kv = await pods.run('kv', 'kubelab/kv', config);
    await pods.printed(kv.id, 'ready to accept connections');
    const cli = (...args: string[]) => pods.exec(client.id, 'redis-cli', '-h', kv.address, ...args);
    const trusted = async (...args: string[]) => (await cli('-a', 'secret', ...args)).out.trim();
    expect((await cli('PING')).out).to.equal('(error) NOAUTH Authentication required.\n');
    expect((await cli('-a', 'wrong', 'PING')).out).to.contain('WRONGPASS');
    expect(await trusted('SET', 'name', 'two words')).to.equal('OK');
    expect(await trusted('GET', 'name')).to.equal('two words');
    expect(await trusted('INCR', 'count')).to.equal('(integer) 1');
    expect(await trusted('INCR', 'name')).to.contain('value is not an integer');
    expect(await trusted('RPUSH', 'list', 'b', 'c')).to.equal('(integer) 2');
    expect(await trusted('LPUSH', 'list', 'a', 'z')).to.equal('(integer) 4');
    expect(await trusted('LRANGE', 'list', '0', '-1')).to.equal('1) "z"\n2) "a"\n3) "b"\n4) "c"');
    expect(await trusted('GET', 'list')).to.contain('WRONGTYPE');
    expect(await trusted('KEYS', '*'))
      .to.contain('"name"')
      .and.contain('"count"')
      .and.contain('"list"');
    expect(await trusted('EXISTS', 'name', 'nothing')).to.equal('(integer) 1');
    expect(await trusted('DEL', 'name')).to.equal('(integer) 1');
    expect(await trusted('constructor')).to.contain('unknown command');
    await pods.runtime.stopContainer(kv.id, 5000);
    const again = await pods.add(kv.sandboxId, 'kubelab/kv', { ...config, attempt: 1 });
    await pods.printed(again, 'ready to accept connections');
    expect(await trusted('LRANGE', 'list', '0', '0')).to.equal('1) "z"');
    expect(await trusted('GET', 'name')).to.equal('(nil)');
  });

  it('kubelab/guestbook shows entries that its api keeps in kv, whichever replica answers', async () => {
    const kv = await pods.run('store', 'kubelab/kv', { env: [{ name: 'KV_PASSWORD', value: 'secret' }] });
    await pods.printed(kv.id, 'ready to accept connections');
    pods.network.names([service('kv', kv, 6379)]);
    const api = await pods.run('middle', 'kubelab/guestbook-api', { env: [{ name: 'KV_PASSWORD', value: 'secret' }] });
    await pods.printed(api.id, 'listens on port 8080');
    const env = [
      { name: 'API', value: `http://${api.address}:8080` },
      { name: 'GREETING', value: 'Our <guests>' },
    ];
    const fronts = await Promise.all(
      ['front-1', 'front-2'].map((name) => pods.run(name, 'kubelab/guestbook', { env })),
    );
    for (const front of fronts) await pods.printed(front.id, 'listens on port 80');
    const [one, two] = fronts.map((front) => front.address);
    expect(await sh(`curl -s -i -d 'entry=I was <here>' http://${one}/`)).to.contain('303 See Other');
    const page = await sh(`curl -s http://${two}/`);
    expect(page)
      .to.contain('Our &#60;guests&#62;')
      .and.contain('<li>I was &#60;here&#62;</li>')
      .and.contain('<b>front-2</b>')
      .and.contain('<b>middle</b>');
    expect(JSON.parse(await sh(`curl -s http://${one}/entries`))).to.deep.equal({
      pod: 'front-1',
      node: 'node-1',
      api: 'middle',
      entries: [{ text: 'I was <here>' }],
    });
    expect(await sh(`curl -s -w '%{http_code}' -o /dev/null -d '{"text":" "}' http://${one}/entries`)).to.equal('400');
    await pods.runtime.stopContainer(kv.id, 0);
    expect(await sh(`curl -s -w '%{http_code}' -o /dev/null http://${one}/`)).to.equal('503');
    expect(await sh(`curl -s http://${one}/healthz`)).to.equal('ok\n');
  });

  it('nginx serves its welcome page, or what is mounted, and nothing above it', async () => {
    const plain = await pods.run('plain', 'nginx:1.27', { command: ['nginx', '-g', 'daemon off;'] });
    await pods.printed(plain.id, 'listens on port 80');
    expect(await sh(`wget -qO- http://${plain.address}`)).to.contain('<h1>Welcome to nginx!</h1>');
    expect(await sh(`curl -sI ${plain.address}`)).to.match(/^HTTP\/1.1 200 OK\r\nserver: nginx\/1.27/);
    const files = { 'index.html': bytes('<p>mine</p>'), 'data.json': bytes('{}') };
    const mounted = await pods.run('mounted', 'nginx', {
      mounts: [{ name: 'html', containerPath: '/usr/share/nginx/html', files, readOnly: true }],
    });
    await pods.printed(mounted.id, 'listens on port 80');
    expect(await sh(`wget -qO- http://${mounted.address}`)).to.equal('<p>mine</p>');
    expect(await sh(`curl -s -i ${mounted.address}/data.json`)).to.contain('content-type: application/json');
    expect(await sh(`curl -s ${mounted.address}/..%2f..%2f..%2fetc/passwd`)).to.contain('404 Not Found');
    const write = `echo changed > /usr/share/nginx/html/index.html`;
    expect((await pods.exec(plain.id, 'sh', '-c', write)).code).to.equal(0);
    expect(await sh(`wget -qO- http://${plain.address}`)).to.equal('changed\n');
  });

  it('httpd, agnhost, hello-app, echoserver and http-echo answer as their originals do', async () => {
    const expected: [string, string[], number, string, RegExp][] = [
      ['httpd:2.4', [], 80, '/', /It works!/],
      ['registry.k8s.io/e2e-test-images/agnhost:2.53', ['netexec', '--http-port=8083'], 8083, '/hostname', /^app-1$/],
      ['registry.k8s.io/e2e-test-images/agnhost:2.53', ['serve-hostname'], 9376, '/', /^app-2$/],
      ['gcr.io/google-samples/hello-app:1.0', [], 8080, '/', /^Hello, world!\nVersion: 1.0.0\nHostname: app-3\n$/],
      ['registry.k8s.io/echoserver:1.10', [], 8080, '/a?b=c', /Hostname: app-4[\s\S]*real path=\/a\?b=c/],
      ['hashicorp/http-echo', ['-text=apple'], 5678, '/', /^apple\n$/],
      ['registry.k8s.io/e2e-test-images/agnhost:2.40', ['liveness'], 8080, '/healthz', /^ok$/],
    ];
    for (const [index, [image, args, port, path, answer]] of expected.entries()) {
      const pod = await pods.run(`app-${index}`, image, { args });
      await pods.printed(pod.id, '\n');
      while (!pods.network.resolve(pod.address, port, 'TCP')) await pods.exec(client.id, 'sleep', '0.02');
      expect(await sh(`wget -qO- http://${pod.address}:${port}${path}`), image).to.match(answer);
    }
  });

  it('busybox runs the scripts of the liveness tutorial', async () => {
    const script = 'touch /tmp/healthy; while ! test -f /tmp/go; do sleep 0.05; done; rm -f /tmp/healthy; sleep 600';
    const pod = await pods.run('liveness', 'registry.k8s.io/busybox:1.27.2', { args: ['/bin/sh', '-c', script] });
    const probe = () => pods.exec(pod.id, 'cat', '/tmp/healthy');
    while ((await probe()).code !== 0);
    await pods.exec(pod.id, 'touch', '/tmp/go');
    while ((await probe()).code === 0);
    expect((await probe()).err).to.contain('No such file');
  });

  it('names are found by nslookup, and refused as busybox refuses them', async () => {
    pods.network.names([{ name: 'web.default.svc.cluster.local', addresses: ['10.96.9.9'] }]);
    expect(await sh('nslookup web')).to.contain('Name:\tweb\nAddress: 10.96.9.9');
    expect((await pods.exec(client.id, 'nslookup', 'nobody')).code).to.equal(1);
    const missing = await pods.exec(client.id, 'wget', '-O-', 'http://nobody');
    expect([missing.code, missing.err]).to.deep.equal([1, "wget: bad address 'nobody'\n"]);
    expect((await pods.exec(client.id, 'hostname')).out).to.equal('client\n');
  });

  it('kubelab/crash, kubelab/job and hello-world end by themselves', async () => {
    const env = (name: string, value: string) => [{ name, value }];
    const crash = await pods.run('crash', 'kubelab/crash', { env: env('CRASH_AFTER', '0') });
    expect(await pods.ended(crash.id)).to.include({ exitCode: 1, reason: 'Error' });
    const job = await pods.run('job', 'kubelab/job', { env: env('JOB_STEP_SECONDS', '0') });
    expect(await pods.ended(job.id)).to.include({ exitCode: 0, reason: 'Completed' });
    expect(await pods.logs(job.id)).to.equal('step 1 of 3\nstep 2 of 3\nstep 3 of 3\ndone\n');
    const hello = await pods.run('hello', 'hello-world');
    await pods.ended(hello.id);
    expect(await pods.logs(hello.id)).to.contain('Hello from Kubelab!');
  });
});
