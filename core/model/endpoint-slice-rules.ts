// Rules of EndpointSlices that look at several fields at once (Kubernetes, pkg/apis/discovery/validation).

import { duplicate, invalidValue, type Problem, tooMany } from './causes.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import { dns1123Subdomain, isIPv4, isIPv6 } from './label-rules.ts';

const maxEndpoints = 1000;
const maxPorts = 20_000;
const maxAddresses = 100;

const forms: Readonly<Record<string, (address: string) => readonly string[]>> = {
  IPv4: (address) => (isIPv4(address) ? [] : ['must be an IPv4 address']),
  IPv6: (address) => (isIPv6(address) ? [] : ['must be an IPv6 address']),
  FQDN: dns1123Subdomain,
};

export function endpointSliceProblems({ addressType, endpoints, ports }: EndpointSlice): readonly Problem[] {
  const problems: Problem[] = [];
  // `valueOf` is no type of address, though every object has one.
  const form = Object.hasOwn(forms, addressType) ? forms[addressType] : undefined;
  if ((endpoints?.length ?? 0) > maxEndpoints) problems.push(tooMany('endpoints', endpoints.length, maxEndpoints));
  endpoints?.forEach(({ addresses }, i) => {
    const at = `endpoints[${i}].addresses`;
    if ((addresses?.length ?? 0) > maxAddresses) problems.push(tooMany(at, addresses.length, maxAddresses));
    addresses?.forEach((address, j) => {
      for (const wrong of form?.(address) ?? []) {
        problems.push(invalidValue(`${at}[${j}]`, address, wrong));
      }
    });
  });
  if ((ports?.length ?? 0) > maxPorts) problems.push(tooMany('ports', ports?.length ?? 0, maxPorts));
  const names = new Set<string>();
  ports?.forEach(({ name = '' }, i) => {
    if (names.has(name)) problems.push(duplicate(`ports[${i}].name`, name));
    names.add(name);
  });
  return problems;
}

export const endpointSliceUpdateProblems = (next: EndpointSlice, previous: EndpointSlice): readonly Problem[] =>
  next.addressType === previous.addressType
    ? []
    : [invalidValue('addressType', next.addressType, 'field is immutable')];
