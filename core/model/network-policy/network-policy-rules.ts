// Defaults and rules of NetworkPolicies (Kubernetes, pkg/apis/networking).

import { invalidValue, notAllowed, notSupported, type Problem, required } from '../causes.ts';
import { each, fill, ifObject, within } from '../defaults.ts';
import { isIPv4, isIPv6 } from '../label-rules.ts';
import { labelSelectorProblems } from '../selector-rules.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from './network-policy.ts';

const defaultPorts = each((port: NetworkPolicyPort): NetworkPolicyPort => fill(port, { protocol: 'TCP' }));

/** What has `ports`. */
const withPorts = each(
  <T extends { readonly ports?: readonly NetworkPolicyPort[] }>(rule: T): T =>
    within(rule, 'ports', defaultPorts as (ports: NonNullable<T['ports']>) => T['ports']),
);

export const defaultNetworkPolicy = (given: NetworkPolicy): NetworkPolicy =>
  within(
    given,
    'spec',
    ifObject((spec: NetworkPolicySpec) => {
      const isOutward = (spec.egress?.length ?? 0) > 0;
      const typed = fill(spec, { policyTypes: isOutward ? ['Ingress', 'Egress'] : ['Ingress'] });
      return within(within(typed, 'ingress', withPorts), 'egress', withPorts);
    }),
  );

export function networkPolicyProblems({ spec }: NetworkPolicy): readonly Problem[] {
  if (!spec) return [];
  const problems: Problem[] = [];
  labelSelectorProblems(problems, 'spec.podSelector', spec.podSelector);
  spec.policyTypes?.forEach((type, i) => {
    if (type !== 'Ingress' && type !== 'Egress')
      problems.push(notSupported(`spec.policyTypes[${i}]`, type, ['Egress', 'Ingress']));
  });
  spec.ingress?.forEach(({ ports, from }, i) => {
    ruleProblems(problems, `spec.ingress[${i}]`, 'from', ports, from);
  });
  spec.egress?.forEach(({ ports, to }, i) => {
    ruleProblems(problems, `spec.egress[${i}]`, 'to', ports, to);
  });
  return problems;
}

function ruleProblems(
  problems: Problem[],
  at: string,
  side: 'from' | 'to',
  ports: readonly NetworkPolicyPort[] | undefined,
  peers: readonly NetworkPolicyPeer[] | undefined,
): void {
  ports?.forEach(({ port, endPort }, i) => {
    const field = `${at}.ports[${i}].endPort`;
    if (typeof endPort !== 'number') return;
    if (port === undefined || port === null)
      problems.push(required(`${at}.ports[${i}].port`, 'must be specified when `endPort` is specified'));
    else if (typeof port === 'string')
      problems.push(invalidValue(field, endPort, 'may not be specified when `port` is non-numeric'));
    else if (endPort < port || endPort > 65_535)
      problems.push(
        invalidValue(
          field,
          endPort,
          endPort < port ? 'must be greater than or equal to `port`' : 'must be between 1 and 65535, inclusive',
        ),
      );
  });
  peers?.forEach((peer, i) => {
    peerProblems(problems, `${at}.${side}[${i}]`, peer);
  });
}

function peerProblems(
  problems: Problem[],
  at: string,
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
): void {
  labelSelectorProblems(problems, `${at}.podSelector`, podSelector);
  labelSelectorProblems(problems, `${at}.namespaceSelector`, namespaceSelector);
  if (!podSelector && !namespaceSelector && !ipBlock) problems.push(required(at, 'must specify a peer'));
  if ((podSelector || namespaceSelector) && ipBlock)
    problems.push(notAllowed(at, 'may not specify both ipBlock and another peer'));
  if (typeof ipBlock?.cidr === 'string' && ipBlock.cidr !== '' && !isRange(ipBlock.cidr))
    problems.push(
      invalidValue(
        `${at}.ipBlock.cidr`,
        ipBlock.cidr,
        'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ),
    );
}

function isRange(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}
