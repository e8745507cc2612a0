// Roles as they are typed: every kubectl release found, on a cluster that decides by roles; what it prints, word for word.
// (What is decided, and how, is tested in virtual time: plugins/authorizer-rbac.)

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type Cluster, createCluster } from '../../../core/cluster/cluster.ts';
import { admin } from '../../../core/cluster/identities.ts';
import { Namespaces } from '../../../core/model/namespace.ts';
import { allTests } from '../../../core/testing/runs.ts';
import { apiHttp } from '../../api-http/plugin.ts';
import { standardAuthorization, standardControllers } from '../../standard.ts';
import { storeMemory } from '../../store-memory/plugin.ts';
import { kubectls } from './kubectl.ts';

const reconciled = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: listed, namespace: NS}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
`;

const binding = (role: string) => `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: applied, namespace: NS}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role}}
subjects: [{kind: User, name: carl, apiGroup: rbac.authorization.k8s.io}]
`;

const refused = (who: string, what: string) =>
  `Error from server (Forbidden): ${what} is forbidden: User "${who}" cannot list resource "${what}" in API group "" in the namespace "NS"`;

/** Command line, exit code, what it prints (both streams). NS is the release's own namespace. */
const table: readonly (readonly [string, number, string | RegExp])[] = [
  [
    'create role pod-reader --verb=get,list,watch --resource=pods,pods/log',
    0,
    'role.rbac.authorization.k8s.io/pod-reader created',
  ],
  [
    'create rolebinding ann-reads --role=pod-reader --user=ann',
    0,
    'rolebinding.rbac.authorization.k8s.io/ann-reads created',
  ],
  ['get pods --as=ann', 0, 'No resources found in NS namespace.'],
  ['get secrets --as=ann', 1, refused('ann', 'secrets')],
  ['get pods --as=bob', 1, refused('bob', 'pods')],
  ['auth can-i list pods --as=ann', 0, 'yes'],
  ['auth can-i get pods --subresource=log --as=ann', 0, 'yes'],
  ['auth can-i delete pods --as=ann', 1, 'no'],
  ['auth can-i list pods --as=ann -n default', 1, 'no'],
  ['auth can-i * *', 0, 'yes'],
  ['auth can-i get /version --as=ann', 0, 'yes'],
  ['auth can-i --list --as=ann', 0, /^pods(\/log)? +\[\] +\[\] +\[get list watch\]$/m],
  ['auth can-i --list', 0, /^\*\.\* +\[\] +\[\] +\[\*\]$/m],
  [
    'create clusterrole NS-nodes --verb=get,list --resource=nodes',
    0,
    'clusterrole.rbac.authorization.k8s.io/NS-nodes created',
  ],
  [
    'create clusterrolebinding NS-nodes --clusterrole=NS-nodes --group=NS',
    0,
    'clusterrolebinding.rbac.authorization.k8s.io/NS-nodes created',
  ],
  ['get nodes --as=bob --as-group=NS', 0, 'No resources found'],
  [
    'create rolebinding ann-admin --clusterrole=admin --user=ann',
    0,
    'rolebinding.rbac.authorization.k8s.io/ann-admin created',
  ],
  [
    'create role more --verb=get --resource=nodes --as=ann',
    1,
    'Error from server (Forbidden): roles.rbac.authorization.k8s.io "more" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}',
  ],
  [
    'create rolebinding up --clusterrole=cluster-admin --user=ann --as=ann',
    1,
    'error: failed to create rolebinding: rolebindings.rbac.authorization.k8s.io "up" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
  ],
  ['create rolebinding no-role --role=gone --user=dora', 0, 'rolebinding.rbac.authorization.k8s.io/no-role created'],
  ['get pods --as=dora', 1, `${refused('dora', 'pods')}: RBAC: role.rbac.authorization.k8s.io "gone" not found`],
  ['auth can-i get pods --as=dora', 1, 'no - RBAC: role.rbac.authorization.k8s.io "gone" not found'],
  ['auth reconcile -f role.yaml', 0, /^role\.rbac\.authorization\.k8s\.io\/listed reconciled/],
  ['apply -f view.yaml', 0, 'rolebinding.rbac.authorization.k8s.io/applied created'],
  ['apply -f edit.yaml', 1, /The RoleBinding "applied" is invalid: roleRef: Invalid value: .*cannot change roleRef/],
  ['get rolebinding applied --no-headers -o wide', 0, /^applied +ClusterRole\/view +\S+ +carl$/],
  [
    'describe role pod-reader',
    0,
    /Resources +Non-Resource URLs +Resource Names +Verbs[\s\S]+pods +\[\] +\[\] +\[get list watch\]/,
  ],
  ['create serviceaccount robot', 0, 'serviceaccount/robot created'],
  ['create token robot', 0, /^ey[\w-]+\.ey[\w-]+\.[\w-]+$/],
  ['auth can-i list pods --as=system:serviceaccount:NS:robot', 1, 'no'],
  [
    'create rolebinding robot --clusterrole=view --serviceaccount=NS:robot',
    0,
    'rolebinding.rbac.authorization.k8s.io/robot created',
  ],
  ['auth can-i list pods --as=system:serviceaccount:NS:robot', 0, 'yes'],
  ['auth whoami --as=ann --as-group=dev', 0, /^Username +ann\nGroups +\[dev system:authenticated\]$/m],
  ['auth can-i get pods --as=ann --token=forged', 1, /^error: You must be logged in to the server/],
];

(allTests ? describe : () => {})('roles, by every kubectl', function () {
  this.timeout(120_000);
  const { releases } = kubectls();
  let folder: string;
  let cluster: Cluster;

  before(async function () {
    if (releases.length === 0) return this.skip();
    folder = await mkdtemp(path.join(tmpdir(), 'kubelab roles '));
    cluster = await createCluster({
      plugins: [storeMemory(), apiHttp({ port: 0 }), ...standardControllers(), ...standardAuthorization()],
    });
    await writeFile(path.join(folder, 'config'), await cluster.face!.kubeconfig(admin));
  });
  after(async () => {
    await cluster?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  for (const { release, path: program } of releases)
    it(release, async () => {
      const namespace = `k${release.replace('.', '-')}`;
      const filled = (text: string) => text.replaceAll('NS', namespace);
      await cluster
        .client()
        .of(Namespaces)
        .create({ metadata: { name: namespace }, spec: {} });
      for (const [file, text] of [
        ['role', reconciled],
        ['view', binding('view')],
        ['edit', binding('edit')],
      ] as const)
        await writeFile(path.join(folder, `${file}.yaml`), filled(text));
      for (const [line, code, expected] of table) {
        // Kubernetes 1.27 asks for who it is in a version that was gone by 1.33.
        if (line.startsWith('auth whoami') && release === '1.27') continue;
        const args = ['--kubeconfig', 'config', '--cache-dir', `cache-${release}`, '-n', namespace];
        const given = filled(line).split(' ');
        const outcome = await run(
          program,
          given.includes('-n') ? [...given, ...args.slice(0, 4)] : [...given, ...args],
        );
        const said = `kubectl ${filled(line)}\n${outcome.text}`;
        expect(outcome.code, said).to.equal(code);
        if (typeof expected === 'string') expect(outcome.text, said).to.equal(filled(expected));
        else expect(outcome.text, said).to.match(expected);
      }
    });

  const run = (program: string, args: readonly string[]): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      execFile(program, args, { cwd: folder, timeout: 60_000 }, (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
        resolve({ code, text: `${stdout}${stderr}`.trimEnd() });
      });
    });
});
