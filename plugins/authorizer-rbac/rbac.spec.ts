// Who may do what, by roles and bindings; in which words the others are refused; and that nobody gives what they have not.

import { expect } from 'chai';
import { allows } from '../../core/authorization/rule-matching.ts';
import { Pods } from '../../core/model/index.ts';
import { rbacGroup } from '../../core/model/policy-rule.ts';
import { ClusterRoles, Roles } from '../../core/model/role.ts';
import { ClusterRoleBindings, RoleBindings } from '../../core/model/role-binding.ts';
import { reconcileDefaults } from './defaults/reconcile.ts';
import { outcome, RbacWorld, userOf } from './world.fixture.ts';

const readPods = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };

describe('rules', () => {
  const rule = (verbs: string, groups: string, resources: string, names?: string[]) => ({
    verbs: verbs.split(' '),
    apiGroups: groups.split(' ').map((group) => (group === 'core' ? '' : group)),
    resources: resources.split(' '),
    ...(names && { resourceNames: names }),
  });
  const ask = (verb: string, resource: string, more = {}) => ({
    user: userOf('ann'),
    verb,
    resource,
    group: '',
    ...more,
  });

  it('are about verbs, groups, resources and names', () => {
    expect(allows(rule('get list', 'core', 'pods'), ask('list', 'pods'))).to.equal(true);
    expect(allows(rule('get list', 'core', 'pods'), ask('watch', 'pods'))).to.equal(false);
    expect(allows(rule('*', 'apps', 'pods'), ask('list', 'pods'))).to.equal(false);
    expect(allows(rule('*', '*', '*'), ask('list', 'pods', { subresource: 'log' }))).to.equal(true);
    expect(allows(rule('get', 'core', 'pods', ['web']), ask('get', 'pods', { name: 'web' }))).to.equal(true);
    expect(allows(rule('get', 'core', 'pods', ['web']), ask('get', 'pods', { name: 'db' }))).to.equal(false);
    expect(allows(rule('list', 'core', 'pods', ['web']), ask('list', 'pods'))).to.equal(false);
  });

  it('say what is beneath as well', () => {
    const log = { subresource: 'log' };
    expect(allows(rule('get', 'core', 'pods'), ask('get', 'pods', log))).to.equal(false);
    expect(allows(rule('get', 'core', 'pods/log'), ask('get', 'pods', log))).to.equal(true);
    expect(allows(rule('get', 'core', 'pods/log'), ask('get', 'pods'))).to.equal(false);
    const scale = ask('update', 'deployments', { group: 'apps', subresource: 'scale' });
    expect(allows(rule('update', '*', '*/scale'), scale)).to.equal(true);
    expect(allows(rule('update', '*', '*/status'), scale)).to.equal(false);
    expect(allows(rule('update', '*', '*/scale'), ask('update', 'scale', { group: 'apps' }))).to.equal(false);
  });

  it('are about paths, to their end or with all that follows', () => {
    const may = (urls: string[], path: string) =>
      allows({ verbs: ['get'], nonResourceURLs: urls }, { user: userOf('ann'), verb: 'get', path });
    expect(may(['/healthz'], '/healthz')).to.equal(true);
    expect(may(['/healthz'], '/healthz/etcd')).to.equal(false);
    expect(may(['/healthz/*'], '/healthz/etcd')).to.equal(true);
    expect(may(['*'], '/metrics')).to.equal(true);
    expect(may(['/a*b'], '/axb')).to.equal(false);
    expect(allows(readPods, { user: userOf('ann'), verb: 'get', path: '/pods' })).to.equal(false);
  });
});

describe('RBAC', () => {
  let world: RbacWorld;

  beforeEach(async () => {
    world = await new RbacWorld().begin();
  });
  afterEach(() => world.stop());

  const list = (name: string, namespace?: string, ...groups: string[]) => {
    const pods = world.as(name, ...groups).of(Pods);
    return outcome((namespace === undefined ? pods : pods.in(namespace)).list());
  };
  const refusal = (name: string, where: string) =>
    `pods is forbidden: User "${name}" cannot list resource "pods" in API group "" ${where}`;

  it('allows in one namespace what a RoleBinding gives, and nowhere else', async () => {
    await world.role('pod-reader', readPods);
    expect(await list('ann', 'default')).to.equal(refusal('ann', 'in the namespace "default"'));
    await world.give('ann', 'Role/pod-reader');
    expect(await list('ann', 'default')).to.equal('done');
    expect(await list('ann', 'kube-system')).to.equal(refusal('ann', 'in the namespace "kube-system"'));
    expect(await list('ann')).to.equal(refusal('ann', 'at the cluster scope'));
    expect(await list('bob', 'default')).to.equal(refusal('bob', 'in the namespace "default"'));
    await world.client.of(RoleBindings).in('default').delete('ann-pod-reader');
    expect(await list('ann', 'default')).to.equal(refusal('ann', 'in the namespace "default"'));
  });

  it('gives a ClusterRole in one namespace, or everywhere; to users, groups and service accounts', async () => {
    await world.give('ann', 'ClusterRole/view');
    await world.give({ apiGroup: rbacGroup, kind: 'Group', name: 'dev' }, 'ClusterRole/view', 'everywhere');
    await world.give({ kind: 'ServiceAccount', name: 'robot' }, 'ClusterRole/view');
    expect(await list('ann', 'default')).to.equal('done');
    expect(await list('ann')).to.equal(refusal('ann', 'at the cluster scope'));
    expect(await list('bob', undefined, 'dev')).to.equal('done');
    const robot = 'system:serviceaccount:default:robot';
    expect(await list(robot, 'default')).to.equal('done');
    expect(await list('system:serviceaccount:kube-system:robot', 'default')).not.to.equal('done');
    const secrets = { user: userOf('ann'), verb: 'get', group: '', resource: 'secrets', namespace: 'default' };
    expect(await world.api.opinion(secrets)).to.deep.equal({ decision: 'no opinion' });
  });

  it('says by which binding, and which role it could not find', async () => {
    const opinion = (name: string, verb: string) =>
      world.api.opinion({ user: userOf(name), verb, group: '', resource: 'pods', namespace: 'default' });
    await world.give('ann', 'ClusterRole/edit');
    await world.give({ kind: 'ServiceAccount', name: 'robot' }, 'ClusterRole/view');
    const { decision, reason } = await opinion('ann', 'delete');
    expect(decision).to.equal('allow');
    expect(reason).to.equal('RBAC: allowed by RoleBinding "ann-edit/default" of ClusterRole "edit" to User "ann"');
    expect((await opinion('system:serviceaccount:default:robot', 'get')).reason).to.equal(
      'RBAC: allowed by RoleBinding "robot-view/default" of ClusterRole "view" to ServiceAccount "robot/default"',
    );
    await world.give('bob', 'Role/gone');
    expect(await list('bob', 'default')).to.equal(
      `${refusal('bob', 'in the namespace "default"')}: RBAC: role.rbac.authorization.k8s.io "gone" not found`,
    );
    // The role comes to be: no need to bind it again.
    await world.role('gone', readPods);
    expect(await list('bob', 'default')).to.equal('done');
  });

  it('lets a list of one name pass for a right to that name', async () => {
    await world.role('one', { ...readPods, resourceNames: ['web'] });
    await world.give('ann', 'Role/one');
    const pods = world.as('ann').of(Pods).in('default');
    expect(await outcome(pods.list({ fieldSelector: 'metadata.name=web' }))).to.equal('done');
    expect(await outcome(pods.list({ fieldSelector: 'metadata.name=db' }))).to.contain('pods "db" is forbidden');
    // What only looks like a name in the selector is none: all pods would come of it.
    for (const fieldSelector of ['metadata.name!=web', String.raw`spec.nodeName!=\,metadata.name=web`, 'nonsense'])
      expect(await outcome(pods.list({ fieldSelector })), fieldSelector).to.contain('pods is forbidden');
  });

  it('lets nobody in who is nobody, but to health and version', async () => {
    const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
    const may = async (path: string) =>
      (await world.api.opinion({ user: anonymous, verb: 'get', path })).decision === 'allow';
    expect([await may('/healthz'), await may('/version'), await may('/api'), await may('/openapi/v3')]).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });

  it('reads out what somebody may do', async () => {
    await world.role('pod-reader', readPods);
    await world.give('ann', 'Role/pod-reader');
    const { rules, incomplete } = await world.api.rulesFor(userOf('ann'), 'default');
    expect(incomplete).to.equal(undefined);
    expect(rules).to.deep.include(readPods);
    expect((await world.api.rulesFor(userOf('ann'), 'kube-system')).rules).not.to.deep.include(readPods);
    await world.give('ann', 'Role/gone');
    expect((await world.api.rulesFor(userOf('ann'), 'default')).incomplete).to.equal(
      'role.rbac.authorization.k8s.io "gone" not found',
    );
  });

  describe('lets nobody give what they have not', () => {
    const secrets = { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] };

    beforeEach(async () => {
      await world.give('ann', 'ClusterRole/admin');
      await world.role('all-nodes', { verbs: ['*'], apiGroups: [''], resources: ['nodes'] });
    });

    const roles = () => world.as('ann', 'dev').of(Roles).in('default');
    const bindings = () => world.as('ann', 'dev').of(RoleBindings).in('default');
    const bind = (kind: string, name: string) =>
      outcome(
        bindings().create({ metadata: { name: 'mine' }, roleRef: { apiGroup: rbacGroup, kind, name }, subjects: [] }),
      );

    it('by writing a role', async () => {
      expect(await outcome(roles().create({ metadata: { name: 'ours' }, rules: [secrets, readPods] }))).to.equal(
        'done',
      );
      const rules = [{ verbs: ['get', 'delete'], apiGroups: [''], resources: ['nodes', 'pods'] }];
      const refused = [
        'roles.rbac.authorization.k8s.io "theirs" is forbidden: user "ann" (groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
        '{APIGroups:[""], Resources:["nodes"], Verbs:["get" "delete"]}',
      ].join('\n');
      expect(await outcome(roles().create({ metadata: { name: 'theirs' }, rules }))).to.equal(refused);
      const ours = await roles().get('ours');
      const message = await outcome(roles().update({ ...ours, rules: [{ ...secrets, resources: ['*'] }] }));
      expect(message).to.contain('\n{APIGroups:[""], Resources:["*"], Verbs:["get" "list"]}');
      expect(await outcome(roles().patch('ours', { metadata: { finalizers: ['a.b/c'] } }))).to.equal('done');
    });

    it('by giving one away', async () => {
      expect(await bind('Role', 'all-nodes')).to.contain('rolebindings.rbac.authorization.k8s.io "mine" is forbidden');
      expect(await bind('Role', 'all-nodes')).to.contain('\n{APIGroups:[""], Resources:["nodes"], Verbs:["*"]}');
      expect(await bind('ClusterRole', 'cluster-admin')).to.contain('{NonResourceURLs:["*"], Verbs:["*"]}');
      expect(await bind('Role', 'gone')).to.equal('role.rbac.authorization.k8s.io "gone" not found');
      expect(await bind('ClusterRole', 'view')).to.equal('done');
    });

    it('unless they may: by escalate, by bind, by being the owner', async () => {
      await world.role('may-bind', {
        verbs: ['bind'],
        apiGroups: [rbacGroup],
        resources: ['clusterroles'],
        resourceNames: ['cluster-admin'],
      });
      await world.role('may-escalate', { verbs: ['escalate'], apiGroups: [rbacGroup], resources: ['roles'] });
      await world.give('ann', 'Role/may-bind');
      expect(await bind('ClusterRole', 'cluster-admin')).to.equal('done');
      const rules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
      expect(await outcome(roles().create({ metadata: { name: 'more' }, rules }))).not.to.equal('done');
      await world.give('ann', 'Role/may-escalate');
      expect(await outcome(roles().create({ metadata: { name: 'more' }, rules }))).to.equal('done');
    });

    it('by letting roles add up', async () => {
      const verbs = ['create', 'update', 'get'];
      await world.clusterRole('role-writer', { verbs, apiGroups: [rbacGroup], resources: ['clusterroles'] });
      await world.give('eve', 'ClusterRole/role-writer', 'everywhere');
      const clusterRoleSelectors = [{ matchLabels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } }];
      const draft = { metadata: { name: 'sum' }, aggregationRule: { clusterRoleSelectors } };
      expect(await outcome(world.as('eve').of(ClusterRoles).create(draft))).to.equal(
        'clusterroles.rbac.authorization.k8s.io "sum" is forbidden: must have cluster-admin privileges to use aggregationRules',
      );
    });
  });

  describe('its default roles', () => {
    it('are complete again at the next start, and keep what was added', async () => {
      const roles = world.client.of(ClusterRoles);
      const bindings = world.client.of(ClusterRoleBindings);
      const before = await roles.get('system:kube-scheduler');
      const extra = { verbs: ['get'], apiGroups: ['example.com'], resources: ['things'] };
      await roles.update({ ...before, rules: [extra] });
      await roles.patch('system:kube-dns', {
        rules: [],
        metadata: { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } },
      });
      await roles.delete('system:monitoring');
      await bindings.patch('system:discovery', { subjects: [] });
      await reconcileDefaults(world.client);
      const after = (await roles.get('system:kube-scheduler')).rules ?? [];
      expect(after).to.deep.include(extra);
      expect(after.length).to.be.greaterThan(10);
      expect((await roles.get('system:kube-dns')).rules).to.deep.equal([]);
      expect(await outcome(roles.get('system:monitoring'))).to.equal('done');
      expect((await bindings.get('system:discovery')).subjects).to.have.length(1);
      const revision = await world.store.revision();
      await reconcileDefaults(world.client);
      expect(await world.store.revision()).to.equal(revision);
    });

    it('let the scheduler schedule and read no Secret', async () => {
      const may = async (verb: string, resource: string, more = {}) =>
        (await world.api.opinion({ user: userOf('system:kube-scheduler'), verb, group: '', resource, ...more }))
          .decision;
      expect(await may('create', 'pods', { subresource: 'binding', namespace: 'default' })).to.equal('allow');
      expect(await may('update', 'persistentvolumes')).to.equal('allow');
      expect(await may('get', 'secrets', { namespace: 'default' })).to.equal('no opinion');
    });
  });
});
