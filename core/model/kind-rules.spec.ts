// What each kind refuses, and in which words.

import { expect } from 'chai';
import { builtinResources } from './index.ts';
import type { KubeObject } from './meta.ts';
import { Pods } from './pod.ts';
import type { Resource } from './resource.ts';
import { change, richPod, samples } from './samples.fixture.ts';
import { validateObject } from './validation.ts';

const resourceOf = (plural: string): Resource => builtinResources.find((one) => one.plural === plural)!;

const lines = (resource: Resource, object: KubeObject): string[] =>
  validateObject(resource, object).map((cause) => `${cause.field}: ${cause.message}`);

describe('rules of the kinds', () => {
  // plural, where, what is put there, Kubernetes' answer
  const label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'";
  const subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'";
  const wrong: [string, string, unknown, string][] = [
    ['pods', 'metadata.name', 'Web', `metadata.name: Invalid value: "Web": ${subdomain}`],
    ['pods', 'metadata.name', undefined, 'metadata.name: Required value: name or generateName is required'],
    ['pods', 'metadata.namespace', '', 'metadata.namespace: Required value'],
    ['nodes', 'metadata.namespace', 'x', 'metadata.namespace: Forbidden: not allowed on this type'],
    ['namespaces', 'metadata.name', 'a.b', `metadata.name: Invalid value: "a.b": ${label}`],
    ['services', 'metadata.name', '1web', 'metadata.name: Invalid value: "1web": a DNS-1035 label must consist of'],
    ['pods', 'metadata.labels', { 'a b': 'x' }, 'metadata.labels: Invalid value: "a b": name part must consist of'],
    [
      'pods',
      'metadata.labels',
      { a: 'x y' },
      'metadata.labels: Invalid value: "x y": a valid label must be an empty string or',
    ],
    [
      'pods',
      'metadata.labels',
      { a: 'x'.repeat(64) },
      `metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63`,
    ],
    ['pods', 'metadata.labels', { a: 1 }, 'metadata.labels[a]: Invalid value: 1: must be a string'],
    [
      'pods',
      'metadata.annotations',
      { a: 'x'.repeat(262_144) },
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [
      'pods',
      'metadata.finalizers',
      ['mine'],
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer',
    ],
    [
      'pods',
      'metadata.ownerReferences',
      [{ apiVersion: 'v1', kind: 'A', name: 'a' }],
      'metadata.ownerReferences[0].uid: Invalid value: "": must not be empty',
    ],
    ['pods', 'spec', undefined, 'spec: Required value'],
    ['pods', 'spec', [], 'spec: Invalid value: []: must be an object'],
    ['pods', 'spec.containers', undefined, 'spec.containers: Required value'],
    ['pods', 'spec.containers', [], 'spec.containers: Required value'],
    ['pods', 'spec.containers', {}, 'spec.containers: Invalid value: {}: must be an array'],
    ['pods', 'spec.containers.0', null, 'spec.containers[0]: Invalid value: null: must be an object'],
    ['pods', 'spec.containers.0.name', 'Web_1', `spec.containers[0].name: Invalid value: "Web_1": ${label}`],
    ['pods', 'spec.containers.0.name', '', 'spec.containers[0].name: Required value'],
    ['pods', 'spec.containers.1.name', 'web', 'spec.containers[1].name: Duplicate value: "web"'],
    ['pods', 'spec.initContainers.0.name', 'web', 'spec.initContainers[0].name: Duplicate value: "web"'],
    ['pods', 'spec.containers.0.image', undefined, 'spec.containers[0].image: Required value'],
    [
      'pods',
      'spec.containers.0.imagePullPolicy',
      'Sometimes',
      'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
    ],
    [
      'pods',
      'spec.containers.0.ports.0.containerPort',
      0,
      'spec.containers[0].ports[0].containerPort: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    [
      'pods',
      'spec.containers.0.ports.0.containerPort',
      '80',
      'spec.containers[0].ports[0].containerPort: Invalid value: "80": must be an integer',
    ],
    [
      'pods',
      'spec.containers.0.ports.0.protocol',
      'HTTP',
      'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ],
    ['pods', 'spec.containers.0.ports.1.name', 'http', 'spec.containers[0].ports[1].name: Duplicate value: "http"'],
    [
      'pods',
      'spec.containers.0.env.0.name',
      'A=B',
      'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist',
    ],
    [
      'pods',
      'spec.containers.0.env.1.value',
      'x',
      'spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ],
    [
      'pods',
      'spec.containers.0.env.1.valueFrom.fieldRef.fieldPath',
      'spec.image',
      'spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Unsupported value: "spec.image": supported values: "metadata.name"',
    ],
    [
      'pods',
      'spec.containers.0.resources.requests.cpu',
      '2',
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
    [
      'pods',
      'spec.containers.0.resources.limits.cpu',
      'lots',
      'spec.containers[0].resources.limits[cpu]: Invalid value: "lots": quantities must match',
    ],
    [
      'pods',
      'spec.containers.0.resources.limits.cpu',
      '-1',
      'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      'pods',
      'spec.containers.0.volumeMounts.0.name',
      'nothing',
      'spec.containers[0].volumeMounts[0].name: Not found: "nothing"',
    ],
    [
      'pods',
      'spec.containers.0.volumeMounts.1.mountPath',
      '/data',
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique',
    ],
    [
      'pods',
      'spec.containers.0.livenessProbe',
      {},
      'spec.containers[0].livenessProbe: Required value: must specify a handler type',
    ],
    [
      'pods',
      'spec.containers.0.livenessProbe.exec',
      { command: ['a'] },
      'spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type',
    ],
    [
      'pods',
      'spec.containers.0.livenessProbe.successThreshold',
      2,
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
    [
      'pods',
      'spec.containers.0.livenessProbe.periodSeconds',
      -1,
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
    ],
    ['pods', 'spec.volumes.1.name', 'data', 'spec.volumes[1].name: Duplicate value: "data"'],
    [
      'pods',
      'spec.volumes.0.hostPath',
      { path: '/' },
      'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    ],
    [
      'pods',
      'spec.restartPolicy',
      'Often',
      'spec.restartPolicy: Unsupported value: "Often": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'pods',
      'spec.activeDeadlineSeconds',
      0,
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ],
    [
      'pods',
      'spec.tolerations.0.value',
      'x',
      'spec.tolerations[0].operator: Invalid value: "x": value must be empty when `operator` is \'Exists\'',
    ],
    [
      'pods',
      'spec.tolerations.0.effect',
      'NoSchedule',
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
    [
      'pods',
      'spec.topologySpreadConstraints.0.maxSkew',
      0,
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
    ],
    ['pods', 'spec.nodeSelector', { a: 'b c' }, 'spec.nodeSelector: Invalid value: "b c": a valid label must be'],
    ['services', 'spec.ports', [], 'spec.ports: Required value'],
    ['services', 'spec.ports', [{ port: 80 }, { port: 81 }], 'spec.ports[0].name: Required value'],
    [
      'services',
      'spec.ports.0.port',
      70_000,
      'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [
      'services',
      'spec.type',
      'Magic',
      'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    [
      'services',
      'spec',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      'services',
      'spec',
      { type: 'ClusterIP', ports: [{ port: 80, nodePort: 30_080 }] },
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
    ['services', 'spec', { type: 'ExternalName' }, 'spec.externalName: Required value'],
    ['deployments', 'spec.selector', undefined, 'spec.selector: Required value'],
    ['deployments', 'spec.selector', {}, 'spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    [
      'deployments',
      'spec.template.metadata.labels',
      { app: 'db' },
      'spec.template.metadata.labels: Invalid value: map[string]string{"app":"db"}: `selector` does not match template `labels`',
    ],
    ['deployments', 'spec.replicas', -1, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    [
      'deployments',
      'spec.template.spec.restartPolicy',
      'Never',
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      'deployments',
      'spec.template.spec.containers.0.image',
      '',
      'spec.template.spec.containers[0].image: Required value',
    ],
    [
      'deployments',
      'spec.strategy',
      { type: 'Recreate', rollingUpdate: {} },
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
    [
      'deployments',
      'spec.strategy',
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
    ],
    [
      'deployments',
      'spec.strategy',
      { rollingUpdate: { maxSurge: 'many' } },
      'spec.strategy.rollingUpdate.maxSurge: Invalid value: "many": a valid percent string',
    ],
    ['replicationcontrollers', 'spec.selector', {}, 'spec.selector: Required value'],
    ['secrets', 'data', { 'a b': '' }, 'data[a b]: Invalid value: "a b": a valid config key must consist'],
    ['secrets', 'data', { a: 'not base64!' }, 'data[a]: Invalid value: "not base64!": must be base64 encoded'],
    ['secrets', 'type', 'kubernetes.io/tls', 'data[tls.crt]: Required value'],
    ['configmaps', 'data', { '..': '' }, 'data[..]: Invalid value: "..": must not be \'..\''],
    ['configmaps', 'data', { a: 'x'.repeat(1_048_577) }, ': Too long: may not be more than 1048576 bytes'],
    [
      'nodes',
      'spec.taints.0.effect',
      'Never',
      'spec.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
    [
      'endpoints',
      'subsets.0.addresses.0.ip',
      'here',
      'subsets[0].addresses[0].ip: Invalid value: "here": must be a valid IP address',
    ],
    [
      'endpointslices',
      'endpoints.0.addresses',
      ['::1'],
      'endpoints[0].addresses[0]: Invalid value: "::1": must be an IPv4 address',
    ],
    [
      'events',
      'involvedObject.namespace',
      'other',
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ],
    ['leases', 'spec.leaseDurationSeconds', 0, 'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
    ['components', 'spec.plugin', '', 'spec.plugin: Required value'],
    [
      'priorityclasses',
      'value',
      2 ** 31,
      'value: Invalid value: 2147483648: must be between -2147483648 and 2147483647',
    ],
    [
      'priorityclasses',
      'value',
      1_000_000_001,
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ],
    [
      'priorityclasses',
      'metadata.name',
      'system-mine',
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
    ],
    [
      'priorityclasses',
      'metadata.name',
      'system-node-critical',
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000",
    ],
    [
      'priorityclasses',
      'preemptionPolicy',
      'Always',
      'preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"',
    ],
    [
      'poddisruptionbudgets',
      'spec.maxUnavailable',
      1,
      'spec: Invalid value: {"minAvailable":"50%","selector":{"matchLabels":{"app":"web"}},"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set',
    ],
    [
      'poddisruptionbudgets',
      'spec.minAvailable',
      -1,
      'spec.minAvailable: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'poddisruptionbudgets',
      'spec.minAvailable',
      '101%',
      'spec.minAvailable: Invalid value: "101%": must not be greater than 100%',
    ],
    [
      'poddisruptionbudgets',
      'spec.minAvailable',
      'half',
      'spec.minAvailable: Invalid value: "half": a valid percent string must be a numeric string',
    ],
    [
      'poddisruptionbudgets',
      'spec.unhealthyPodEvictionPolicy',
      'Never',
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ],
    [
      'poddisruptionbudgets',
      'spec.selector.matchExpressions',
      [{ key: 'a', operator: 'In' }],
      'spec.selector.matchExpressions[0].values: Required value',
    ],
    [
      'poddisruptionbudgets',
      'status.disruptionsAllowed',
      -1,
      'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
    ],
  ];
  for (const [plural, path, value, message] of wrong) {
    const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 40);
    it(`${plural}: ${path} = ${shown}`, () => {
      const resource = resourceOf(plural);
      const found = lines(resource, change(samples[plural]!, path, value));
      expect(
        found.some((line) => line.startsWith(message)),
        found.join('\n'),
      ).to.equal(true);
    });
  }

  it('gives each cause its reason', () => {
    const reasons = (plural: string, path: string, value: unknown) =>
      validateObject(resourceOf(plural), change(samples[plural]!, path, value)).map((cause) => cause.reason);
    expect(reasons('pods', 'spec.containers.0.image', '')).to.deep.equal(['FieldValueRequired']);
    expect(reasons('pods', 'spec.restartPolicy', 'x')).to.deep.equal(['FieldValueNotSupported']);
    expect(reasons('pods', 'spec.containers.1.name', 'web')).to.deep.equal(['FieldValueDuplicate']);
    expect(reasons('pods', 'spec.restartPolicy', 1)).to.deep.equal(['FieldValueTypeInvalid']);
    expect(reasons('nodes', 'metadata.namespace', 'x')).to.deep.equal(['FieldValueForbidden']);
    expect(reasons('services', 'spec.ports.0.port', 0)).to.deep.equal(['FieldValueInvalid']);
  });

  it('allows one controller among the owners', () => {
    const owner = { apiVersion: 'v1', kind: 'A', name: 'a', uid: 'u', controller: true };
    const twice = change(richPod, 'metadata.ownerReferences', [owner, { ...owner, name: 'b' }]);
    expect(lines(Pods as Resource, twice)[0]).to.match(
      /Only one reference can have Controller set to true. Found "true" in references for a and b$/,
    );
  });
});
