// The built-in kubectl at its daily work, against a cluster behind HTTPS.

import { expect } from 'chai';
import { KubectlWorld } from './cluster.fixture.ts';

const manifest = (image: string, replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {mock.kubelab.dev/log: hello}}
    spec:
      containers: [{name: web, image: ${image}, ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

describe('built-in kubectl', () => {
  let world: KubectlWorld;

  before(async () => {
    world = await KubectlWorld.start();
  });
  after(() => world.stop());

  /** Runs it; it must do well; gives what it printed. */
  const kubectl = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await world.run(args);
    expect(code, `kubectl ${args.join(' ')}: ${err}`).to.equal(0);
    return out;
  };
  const refusal = async (...args: string[]): Promise<string> => {
    const { code, err } = await world.run(args);
    expect(code, `kubectl ${args.join(' ')}`).to.equal(1);
    return err;
  };

  it('applies, rolls out, shows, changes, goes back, scales and deletes', async () => {
    const file = world.file('web.yaml', manifest('nginx', 2));
    expect(await kubectl('apply', '-f', file)).to.equal('deployment.apps/web created\nservice/web created\n');
    expect(await kubectl('apply', '-f', file)).to.equal('deployment.apps/web unchanged\nservice/web unchanged\n');
    expect(await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s')).to.match(/successfully rolled out\n$/);
    expect(await kubectl('get', 'pods', '-l', 'app=web')).to.match(
      /^NAME +READY +STATUS +RESTARTS +AGE\n(web-\w+-\w+ +1\/1 +Running +0 +\d+s\n){2}$/,
    );
    const second = await world.run(['apply', '-f', '-'], { input: manifest('nginx:2', 3) });
    expect(second.out).to.equal('deployment.apps/web configured\nservice/web unchanged\n');
    await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s');
    expect(await kubectl('rollout', 'history', 'deployment', 'web')).to.match(/REVISION +CHANGE-CAUSE\n1 .*\n2 /);
    expect(await kubectl('rollout', 'undo', 'deploy/web')).to.equal('deployment.apps/web rolled back\n');
    const image = '-o=jsonpath={.spec.template.spec.containers[*].image}';
    expect(await kubectl('get', 'deploy', 'web', image)).to.equal('nginx');
    expect(await kubectl('set', 'image', 'deploy/web', 'web=redis')).to.equal('deployment.apps/web image updated\n');
    expect(await kubectl('get', 'deploy', 'web', image)).to.equal('redis');
    expect(await kubectl('scale', 'deploy', 'web', '--replicas=1')).to.equal('deployment.apps/web scaled\n');
    await kubectl('rollout', 'status', 'deploy/web', '--timeout=20s');
    expect(await kubectl('logs', 'deploy/web')).to.match(/hello/);
    expect(await kubectl('describe', 'deploy', 'web')).to.match(/^Replicas: +1 desired/m);
    expect(await kubectl('delete', '-f', file)).to.equal('deployment.apps "web" deleted\nservice "web" deleted\n');
    expect(await refusal('get', 'deploy', 'web')).to.equal(
      'Error from server (NotFound): deployments.apps "web" not found\n',
    );
  }).timeout(60_000);

  it('creates what tutorials create', async () => {
    await kubectl('create', 'namespace', 'made');
    const made = (...args: string[]) => kubectl('-n', 'made', 'create', ...args);
    expect(await made('configmap', 'settings', '--from-literal=a=b')).to.equal('configmap/settings created\n');
    expect(await made('secret', 'generic', 'hidden', '--from-literal=key=value')).to.equal('secret/hidden created\n');
    expect(await made('deployment', 'one', '--image=nginx', '--port=80')).to.equal('deployment.apps/one created\n');
    expect(await kubectl('expose', 'deployment', 'one', '-n', 'made')).to.equal('service/one exposed\n');
    expect(await kubectl('get', 'secret', 'hidden', '-n', 'made', '-o', 'jsonpath={.data.key}')).to.equal('dmFsdWU=');
    expect(await kubectl('get', 'svc', 'one', '-n', 'made', '-o', 'jsonpath={.spec.ports[0].port}')).to.equal('80');
    expect(await kubectl('describe', 'secret', 'hidden', '-n', 'made'))
      .to.contain('key:  5 bytes')
      .and.not.contain('value');
    expect(await refusal('create', 'namespace', 'made')).to.equal(
      'error: failed to create namespace: namespaces "made" already exists\n',
    );
    expect(await kubectl('delete', 'namespace', 'made', '--wait=false')).to.equal('namespace "made" deleted\n');
    await kubectl('create', 'namespace', 'empty');
    expect(await kubectl('delete', 'namespace', 'empty')).to.equal('namespace "empty" deleted\n');
    expect(await refusal('get', 'ns', 'empty')).to.contain('(NotFound)');
  });

  it('keeps pods off a node, and takes them off', async () => {
    await kubectl('create', 'deployment', 'spread', '--image=nginx', '--replicas=4');
    await kubectl('rollout', 'status', 'deploy/spread', '--timeout=20s');
    expect(await kubectl('drain', 'node-1', '--timeout=20s')).to.match(
      /^node\/node-1 cordoned\n(pod\/.* evicted\n)*node\/node-1 drained\n$/,
    );
    await kubectl('rollout', 'status', 'deploy/spread', '--timeout=20s');
    const nodes = await kubectl('get', 'pods', '-l', 'app=spread', '-o', 'jsonpath={.items[*].spec.nodeName}');
    expect(nodes).to.contain('node-2').and.not.contain('node-1');
    expect(await kubectl('cordon', 'node-1')).to.equal('node/node-1 already cordoned\n');
    expect(await kubectl('uncordon', 'node-1')).to.equal('node/node-1 uncordoned\n');
    await kubectl('delete', 'deploy', 'spread');
  }).timeout(60_000);

  it('goes on with what changes, until nobody looks any more', async () => {
    const abort = new AbortController();
    let text = '';
    let look = () => {};
    const seen = (more: string) => {
      text += more;
      look();
    };
    const until = (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        look = () => pattern.test(text) && resolve();
        look();
      });
    const watching = world.run(['get', 'configmaps', '-w'], { seen, signal: abort.signal });
    await until(/^NAME/);
    await kubectl('create', 'configmap', 'fresh', '--from-literal=a=b');
    await until(/^fresh +1 /m);
    abort.abort();
    expect((await watching).code).to.equal(0);
    await kubectl('delete', 'configmap', 'fresh');
  });

  it('says what is wrong as kubectl does', async () => {
    expect(await refusal('get', 'nonsense')).to.equal('error: the server doesn\'t have a resource type "nonsense"\n');
    expect(await refusal('get', 'pods', '-l', 'a in')).to.contain('Error from server (BadRequest): ');
    expect(await refusal('apply', '-f', 'nowhere.yaml')).to.equal('error: the path "nowhere.yaml" does not exist\n');
    const typo = world.file('typo.yaml', manifest('nginx', 1).replace('replicas', 'replica'));
    expect(await refusal('create', '-f', typo)).to.contain('strict decoding error: unknown field "spec.replica"');
    await kubectl('delete', 'svc', 'web', '--ignore-not-found');
    expect(await refusal('delete', 'pods')).to.equal('error: resource(s) were provided, but no name was specified\n');
    expect(await refusal('scale', 'deploy', 'x')).to.equal('error: required flag(s) "replicas" not set\n');
    expect(await refusal('apply', '-f', world.file('bad.yaml', 'a: [')))
      .to.contain('error parsing')
      .and.to.contain('bad.yaml');
    const kind = world.file('kind.yaml', 'apiVersion: example.com/v1\nkind: Nothing\nmetadata: {name: a}\n');
    expect(await refusal('apply', '-f', kind)).to.contain('no matches for kind "Nothing" in version "example.com/v1"');
  });

  it('names the page of the real one for what it does not know', async () => {
    for (const args of [
      ['exec', 'web', '--', 'sh'],
      ['port-forward', 'web', '80'],
      ['get', 'pods', '--kustomize=x'],
    ]) {
      expect(await refusal(...args)).to.match(
        /^error: the built-in kubectl does not know ".*"; install kubectl: https:\/\/kubernetes.io\/docs\/tasks\/tools\/\n$/,
      );
    }
  });

  it('says when the server is not there', async () => {
    const text = `{clusters: [{name: a, cluster: {server: 'https://127.0.0.1:1'}}], contexts: [{name: a, context: {cluster: a}}], current-context: a}`;
    const nowhere = world.file('nowhere', text);
    expect(await refusal('--kubeconfig', nowhere, 'get', 'pods')).to.equal(
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
    );
  });
});
