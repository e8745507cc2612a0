// kubectl api-resources: which kinds the server knows.

import { apiVersionOf } from '../../../core/model/resource.ts';
import type { KubectlCommand } from './command.ts';
import { tabbed } from './tab-writer.ts';

interface ApiResourcesOptions {
  readonly headers: boolean;
  readonly output?: string;
}

export const apiResources: KubectlCommand<ApiResourcesOptions> = {
  usage: '',
  summary: 'which kinds the server knows',
  flags: (command) => command.option('--no-headers').option('-o, --output <format>', 'name, wide'),

  async run(session, _, { headers, output }) {
    const types = (await session.types()).all
      .filter(({ verbs }) => verbs.length > 0)
      .sort((a, b) => (a.group === b.group ? (a.plural < b.plural ? -1 : 1) : a.group < b.group ? -1 : 1));
    if (output === 'name') {
      for (const { plural, group } of types) session.print(group ? `${plural}.${group}` : plural);
      return;
    }
    const wide = output === 'wide';
    const rows = types.map((type) => [
      type.plural,
      type.shortNames.join(','),
      apiVersionOf(type),
      String(type.namespaced),
      type.kind,
      ...(wide ? [type.verbs.join(','), type.categories.join(',')] : []),
    ]);
    const head = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])];
    const lines = [...(headers ? [head] : []), ...rows].map((cells) => `${cells.join('\t')}\n`);
    session.terminal.out(tabbed(lines.join(''), { minWidth: 6, padding: 3 }));
  },
};
