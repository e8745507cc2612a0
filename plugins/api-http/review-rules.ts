// Review rules: everything a user may do in a namespace, as `kubectl auth can-i --list` shows it. Authorizers answer one
// question at a time and know no list; so each verb of each kind is asked about, and what is answered alike stands together.
// In real Kubernetes: RBAC reads its rules out.

import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { ApiServer } from '../../core/contracts/api-server.ts';
import { ApiError } from '../../core/model/status.ts';
import { groupVersions } from './served.ts';

const paths = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
];

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: string[];
}

/** The status of a SelfSubjectRulesReview. */
export async function rulesOf(api: ApiServer, user: UserInfo, namespace: string): Promise<object> {
  const may = async (attributes: object, verb: string): Promise<boolean> => {
    try {
      await api.authorize({ user }, { user, verb, ...attributes });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 403) return false;
      throw error;
    }
  };
  const allowed = async (attributes: object, verbs: readonly string[]): Promise<string[]> => {
    const answers = await Promise.all(verbs.map((verb) => may(attributes, verb)));
    return verbs.filter((_, index) => answers[index]);
  };
  const rules = new Map<string, ResourceRule>();
  for (const { group, resources } of groupVersions(api.resources.all()))
    for (const { plural, namespaced, verbs, subresources } of resources) {
      const place = namespaced ? { namespace } : {};
      for (const one of [{ name: '', verbs }, ...subresources]) {
        const attributes = { group, resource: plural, ...place, ...(one.name && { subresource: one.name }) };
        const granted = await allowed(attributes, one.verbs);
        if (granted.length === 0) continue;
        const key = `${group} ${granted.join()}`;
        const rule = rules.get(key) ?? { verbs: granted, apiGroups: [group], resources: [] };
        rule.resources.push(one.name ? `${plural}/${one.name}` : plural);
        rules.set(key, rule);
      }
    }
  const readable: string[] = [];
  for (const path of paths) if (await may({ path }, 'get')) readable.push(path);
  return {
    resourceRules: [...rules.values()],
    nonResourceRules: readable.length > 0 ? [{ verbs: ['get'], nonResourceURLs: readable }] : [],
    incomplete: false,
  };
}
