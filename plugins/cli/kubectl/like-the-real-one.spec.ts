// The built-in kubectl beside the real one, command by command on the same cluster: the same words, tables, exit codes.
// Each changes a namespace of its own (`one`, `two`), which is `@` below; what must differ (ages, addresses, names made by
// chance) is left out of the comparison. Known to differ: the order of keys in `-o json` of what a command has made itself
// (the real one prints some kinds in the order of Go's structs), and messages about flags that are not there.

import { expect } from 'chai';
import { allTests } from '../../../core/testing/runs.ts';
import { KubectlWorld, type Outcome } from './cluster.fixture.ts';

const application = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app, labels: {app: app}}
spec:
  replicas: 2
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}, annotations: {mock.kubelab.dev/first.exit-code: "0"}}
    spec:
      initContainers: [{name: first, image: busybox, command: [sh, -c, 'exit 0']}]
      volumes:
        - {name: config, configMap: {name: app, optional: true}}
        - {name: scratch, emptyDir: {}}
      containers:
        - name: app
          image: nginx
          args: [a, "b c"]
          ports: [{containerPort: 80}, {containerPort: 443, name: tls}]
          env: [{name: A, value: "1"}, {name: P, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
          envFrom: [{configMapRef: {name: app, optional: true}}]
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
          readinessProbe: {httpGet: {path: /, port: 80}}
          volumeMounts: [{name: config, mountPath: /config, readOnly: true}, {name: scratch, mountPath: /tmp}]
        - {name: side, image: busybox}
---
apiVersion: v1
kind: Service
metadata: {name: app, annotations: {note: "a: b"}}
spec: {type: NodePort, selector: {app: app}, ports: [{name: http, port: 80}, {name: tls, port: 443, targetPort: tls}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {"on": "yes", number: "0644", lines: "a\\nb\\n", html: "<b>&</b>", time: "2024-01-01"}
`;

/** What the next version takes away, changes and adds. */
const nextVersion = application
  .replace('{name: A, value: "1"}, ', '')
  .replace('[a, "b c"]', '[d]')
  .replace('\n        - {name: side, image: busybox}', '')
  .replace('replicas: 2', 'replicas: 1\n  strategy: {type: Recreate}')
  .replace('{name: tls, port: 443, targetPort: tls}', '{name: other, port: 8443, targetPort: tls}')
  .replace('"on": "yes", ', '')
  .replace(', annotations: {note: "a: b"}', '');

const commands = (file: string, next: string): string[][] =>
  [
    'get nodes',
    'get nodes -o wide',
    'get ns --show-labels',
    'get leases -A',
    'get pods -n @',
    'get nonsense',
    'create namespace @',
    'get pods nope -n @',
    `apply -n @ -f ${file}`,
    `apply -n @ -f ${file}`,
    'rollout status deploy/app -n @ --timeout=20s',
    'get all -n @',
    'get deploy,rs -n @ -o wide',
    'get deploy/app svc/app -n @ --no-headers',
    'get pods -n @ -l app=app --show-labels',
    'get cm app -n @ -o yaml',
    'get deploy app -n @ -o json',
    'get deploy -n @ -o name',
    `get -n @ -f ${file}`,
    'get pods -n @ --field-selector status.nope=1',
    'describe deploy app -n @',
    'describe svc app -n @',
    'describe rs -n @',
    'describe pods -n @',
    'describe cm kube-root-ca.crt -n @',
    'describe node node-1',
    'describe component scheduler',
    `apply -n @ -f ${next} --dry-run=server`,
    `apply -n @ -f ${next}`,
    `apply -n @ -f ${next}`,
    'rollout status deploy/app -n @ --timeout=20s',
    'get deploy app -n @ -o jsonpath={.spec}',
    'get svc app -n @ -o jsonpath={.spec.ports[*].name}{.metadata.annotations}',
    'get cm app -n @ -o jsonpath={.data}',
    'rollout history deploy app -n @',
    'rollout history deploy app -n @ --revision=2',
    'rollout undo deploy app -n @ --to-revision=9',
    'rollout undo deploy app -n @ --to-revision=2',
    'rollout undo deploy app -n @',
    'rollout pause deploy app -n @',
    'rollout pause deploy app -n @',
    'rollout restart deploy app -n @',
    'rollout resume deploy app -n @',
    'rollout restart deploy app -n @',
    'set image deploy/app app=nginx:2 -n @',
    'set image deploy/app nope=nginx:2 -n @',
    'scale deploy/app --replicas=3 -n @',
    'scale deploy/nope --replicas=3 -n @',
    'scale svc/app --replicas=3 -n @',
    'label deploy app tier=web -n @',
    'label deploy app tier=db -n @',
    'label deploy app tier- -n @',
    'annotate deploy app note=here -n @',
    'expose deploy app --name=again --type=NodePort -n @',
    'expose deploy app --port=80 --dry-run=client -o yaml -n default',
    'create deployment x --image=nginx:1 --port=80 --replicas=2 --dry-run=client -o yaml',
    'create secret generic x --from-literal=a=b --dry-run=client -o yaml',
    'create configmap x --from-literal=a=1 --dry-run=client -o yaml',
    'create service nodeport x --tcp=80:8080 --dry-run=client -o yaml',
    'create pc x --value=5 --global-default --description=d --preemption-policy=Never --dry-run=client -o yaml',
    'create pdb x --selector=app=x,!tier --min-available=50% --dry-run=client -o yaml',
    'create pdb x --selector=tier!=db --min-available=50%',
    'create pdb x --selector=app=x',
    'create pdb app --selector=app=app --min-available=1 -n @',
    'get pdb -n @',
    'describe pdb app -n @',
    'get pc',
    'describe pc system-node-critical',
    'create deployment app --image=x -n @',
    'create deployment Bad --image=x -n @',
    `create -f ${file} -n @`,
    'logs nope -n @',
    'cordon nope',
    'get nodes',
    'uncordon node-1',
    'drain nope',
    'delete pods -n @',
    'delete deploy,svc -n @ -l app=nope',
    'delete svc again -n @ --force --grace-period=0',
    `delete -n @ -f ${file}`,
    'delete cm nope -n @',
    'delete ns @',
  ].map((line) => line.split(' '));

/** What differs from one run to the next. */
const tidied = ({ code, out, err }: Outcome): string =>
  `${out}--\n${err}exit code ${code}`
    .replaceAll(/\b(one|two)\b/g, '@')
    .replaceAll(/\b(\d+[smh])+\b( +)?/g, 'AGE ')
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b(, ?)?/g, 'ADDRESS ')
    .replaceAll(/\b\w{3,}, \d\d \w{3} \d{4} [\d:]+ [+-]\d{4}/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, 'UID')
    .replaceAll(/mock:\/\/[\w-]+/g, 'CONTAINER')
    .replaceAll(/(resource[vV]ersion"?: )"\d+"/g, '$1"N"')
    .replaceAll(/\b(app-[0-9a-f]+)-[a-z0-9]{5}\b/g, '$1-xxxxx')
    .replaceAll(/-(api-access-)\w{5}\b/g, '-$1xxxxx')
    .replaceAll(/\b3[0-2]\d{3}\b/g, 'PORT')
    .replaceAll(/\b(ADDRESS:\d+[, ]*)+/g, 'ENDPOINTS ')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/^(Waiting for|evicting) .*\n/gm, '');

// Hundreds of calls of two programs: with all tests.
(allTests ? describe : () => {})('built-in kubectl beside the real one', () => {
  let world: KubectlWorld;

  before(async function () {
    world = await KubectlWorld.start();
    if (world.real) return;
    console.log('      skipped: there is no kubectl on the PATH (https://kubernetes.io/docs/tasks/tools/)');
    this.skip();
  });
  after(() => world.stop());

  it('says the same', async () => {
    const file = world.file('app.yaml', application);
    const next = world.file('next.yaml', nextVersion);
    for (const args of commands(file.replaceAll(' ', '\0'), next.replaceAll(' ', '\0'))) {
      const as = (name: string) => args.map((arg) => arg.replaceAll('\0', ' ').replace(/^@$/, name));
      // What is only looked at is looked at by both.
      const own = args[0] === 'get' || args[0] === 'describe' ? 'one' : 'two';
      const [ours, real] = await Promise.all([world.run(as(own)), world.runReal(as('one'))]);
      expect(tidied(ours), `kubectl ${args.join(' ')}`).to.equal(tidied(real));
    }
  }).timeout(120_000);

  it('takes turns with it on the same objects', async () => {
    const file = world.file('app.yaml', application.replace('type: NodePort, ', ''));
    const next = world.file('next.yaml', nextVersion.replace('type: NodePort, ', ''));
    const both = async (name: string) => {
      const ours = await world.run(['apply', '-f', name]);
      const real = await world.runReal(['apply', '-f', name]);
      return [ours.out, real.out].map((text) => text.replaceAll(/^\S+ /gm, ''));
    };
    expect(await both(file)).to.deep.equal(['created\n'.repeat(3), 'unchanged\n'.repeat(3)]);
    expect((await world.runReal(['apply', '-f', next])).out).to.match(/(configured\n.*){3}/);
    expect(await both(next)).to.deep.equal(['unchanged\n'.repeat(3), 'unchanged\n'.repeat(3)]);
    expect(await both(file)).to.deep.equal(['configured\n'.repeat(3), 'unchanged\n'.repeat(3)]);
  }).timeout(60_000);
});
