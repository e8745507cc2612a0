// Rules of Services that look at several fields at once (Kubernetes, pkg/apis/core/validation).

import { duplicate, invalidValue, notAllowed, type Problem, required } from './causes.ts';
import { ipProblems } from './label-rules.ts';
import type { Service } from './service.ts';
import type { ServicePort, ServiceSpec } from './service-spec.ts';

/** The ports of nodes that Services may take. */
export const nodePortRange = { min: 30_000, max: 32_767 } as const;

const isHeadless = (spec: ServiceSpec): boolean => spec.clusterIP === 'None';

export function serviceProblems({ spec }: Service): readonly Problem[] {
  if (!spec) return [];
  const problems: Problem[] = [];
  const { type, clusterIP, ports = [] } = spec;
  if ((ports ?? []).length === 0 && !isHeadless(spec) && type !== 'ExternalName') {
    problems.push(required('spec.ports'));
  }
  if (type === 'ExternalName') {
    if (!spec.externalName) problems.push(required('spec.externalName'));
    if (clusterIP) problems.push(notAllowed('spec.clusterIPs', "may not be set when type is 'ExternalName'"));
  } else if (clusterIP && clusterIP !== 'None') {
    for (const wrong of ipProblems(clusterIP)) problems.push(invalidValue('spec.clusterIPs[0]', clusterIP, wrong));
  }
  if (isHeadless(spec) && (type === 'NodePort' || type === 'LoadBalancer')) {
    const detail = `may not be set to 'None' for ${type} services`;
    problems.push(invalidValue('spec.clusterIPs[0]', 'None', detail));
  }
  if (spec.clusterIPs?.length && clusterIP !== undefined && spec.clusterIPs[0] !== clusterIP) {
    problems.push(invalidValue('spec.clusterIPs', spec.clusterIPs, 'first value must match `clusterIP`'));
  }
  if (spec.externalTrafficPolicy && type !== 'NodePort' && type !== 'LoadBalancer' && !spec.externalIPs?.length) {
    const detail = 'may only be set for externally-accessible services';
    problems.push(invalidValue('spec.externalTrafficPolicy', spec.externalTrafficPolicy, detail));
  }
  spec.externalIPs?.forEach((ip, i) => {
    for (const wrong of ipProblems(ip)) problems.push(invalidValue(`spec.externalIPs[${i}]`, ip, wrong));
  });
  portProblems(problems, spec, ports ?? []);
  return problems;
}

function portProblems(problems: Problem[], spec: ServiceSpec, ports: readonly ServicePort[]): void {
  const names = new Set<string>();
  const taken = new Set<string>();
  const nodePorts = new Set<string>();
  ports.forEach((port, i) => {
    const at = `spec.ports[${i}]`;
    const { name, protocol = 'TCP', nodePort } = port;
    if (!name && ports.length > 1) problems.push(required(`${at}.name`));
    else if (name && names.has(name)) problems.push(duplicate(`${at}.name`, name));
    if (name) names.add(name);
    const key = `${protocol}/${port.port}`;
    if (taken.has(key)) problems.push(duplicate(at, { port: port.port, protocol }));
    taken.add(key);
    if (!nodePort) return;
    if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') {
      problems.push(notAllowed(`${at}.nodePort`, `may not be used when \`type\` is '${spec.type}'`));
      return;
    }
    if (nodePort < nodePortRange.min || nodePort > nodePortRange.max) {
      const detail = `provided port is not in the valid range. The range of valid ports is ${nodePortRange.min}-${nodePortRange.max}`;
      problems.push(invalidValue(`${at}.nodePort`, nodePort, detail));
    }
    const nodeKey = `${protocol}/${nodePort}`;
    if (nodePorts.has(nodeKey)) problems.push(duplicate(`${at}.nodePort`, nodePort));
    nodePorts.add(nodeKey);
  });
}

/** An address once given stays, unless the service becomes another type. */
export function serviceUpdateProblems(next: Service, previous: Service): readonly Problem[] {
  const now = next.spec;
  const before = previous.spec;
  const hasAddress = (spec: ServiceSpec): boolean => spec.type !== 'ExternalName' && !!spec.clusterIP;
  if (!hasAddress(before) || now.type === 'ExternalName') return [];
  if ((now.clusterIP ?? '') === before.clusterIP) return [];
  const wanted = now.clusterIPs?.length ? now.clusterIPs : [now.clusterIP ?? ''];
  return [invalidValue('spec.clusterIPs[0]', wanted, 'may not change once set')];
}
