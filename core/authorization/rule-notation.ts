// How rules are written down where there are many: lists of words, separated by spaces.
//   rule('list watch', '', 'endpoints services')
// '' is the core group, among others it is written `core`.

import type { PolicyRule } from '../model/policy-rule.ts';

export const read = 'get list watch';
export const write = 'create delete deletecollection patch update';
export const all = 'create delete deletecollection get list patch update watch';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

/** @param names of the only objects that it is about */
export const rule = (verbs: string, groups: string, resources: string, names?: string): PolicyRule => ({
  verbs: words(verbs),
  apiGroups: groups === '' ? [''] : words(groups).map((group) => (group === 'core' ? '' : group)),
  resources: words(resources),
  ...(names !== undefined && { resourceNames: words(names) }),
});

export const paths = (verbs: string, urls: string): PolicyRule => ({
  verbs: words(verbs),
  nonResourceURLs: words(urls),
});
