// Rules of Ingresses that look at several fields at once (Kubernetes, pkg/apis/networking/validation).

import { invalidValue, type Problem, required } from '../causes.ts';
import { dns1123Subdomain, isIPv4, isIPv6 } from '../label-rules.ts';
import type { HTTPIngressPath, Ingress, IngressBackend } from './ingress.ts';

export function ingressProblems({ spec }: Ingress): readonly Problem[] {
  const problems: Problem[] = [];
  const { rules = [], defaultBackend } = spec ?? {};
  if ((rules?.length ?? 0) === 0 && !defaultBackend)
    problems.push(invalidValue('spec', spec ?? {}, 'either `defaultBackend` or `rules` must be specified'));
  if (defaultBackend) backendProblems(problems, 'spec.defaultBackend', defaultBackend);
  rules?.forEach(({ host, http }, i) => {
    const at = `spec.rules[${i}]`;
    if (host) hostProblems(problems, `${at}.host`, host);
    http?.paths?.forEach((path, j) => {
      pathProblems(problems, `${at}.http.paths[${j}]`, path);
    });
  });
  return problems;
}

function hostProblems(problems: Problem[], at: string, host: string): void {
  if (isIPv4(host) || isIPv6(host)) problems.push(invalidValue(at, host, 'must be a DNS name, not an IP address'));
  // A star stands for one label.
  for (const wrong of dns1123Subdomain(host.replace(/^\*\./, ''))) problems.push(invalidValue(at, host, wrong));
}

function pathProblems(problems: Problem[], at: string, { path, pathType, backend }: HTTPIngressPath): void {
  const mayBeAnything = pathType === 'ImplementationSpecific';
  if (!mayBeAnything && typeof path === 'string') {
    if (!path.startsWith('/')) problems.push(invalidValue(`${at}.path`, path, 'must be an absolute path'));
    for (const part of ['//', '/./', '/../', '%2f', '%2F'])
      if (path.includes(part)) problems.push(invalidValue(`${at}.path`, path, `must not contain '${part}'`));
    for (const end of ['/..', '/.'])
      if (path.endsWith(end)) problems.push(invalidValue(`${at}.path`, path, `cannot end with '${end}'`));
  } else if (!mayBeAnything && pathType) problems.push(invalidValue(`${at}.path`, '', 'must be an absolute path'));
  if (backend) backendProblems(problems, `${at}.backend`, backend);
}

function backendProblems(problems: Problem[], at: string, { service, resource }: IngressBackend): void {
  if (service && resource) problems.push(invalidValue(at, '', 'cannot set both resource and service backends'));
  if (!service && !resource) problems.push(required(`${at}`, 'resource or service backend is required'));
  if (!service) return;
  const { name, number } = service.port ?? {};
  if (name && number)
    problems.push(invalidValue(`${at}.service.port`, service.port, 'cannot set both port name & port number'));
  if (!name && !number) problems.push(required(`${at}.service`, 'port name or number is required'));
}
