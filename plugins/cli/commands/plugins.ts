// `kubelab plugins`: every plugin that comes with Kubelab: what it provides, its name, its options, one line.

import { optionNames } from '../../../core/cluster/options.ts';
import { nameOf } from '../../../core/cluster/token.ts';
import { standardPlugins } from '../../standard.ts';
import { columns, onlyJson } from '../text.ts';

export async function plugins({ output }: { readonly output?: string }): Promise<void> {
  onlyJson('plugins', output);
  const all = standardPlugins.map(({ definition }) => ({
    slot: definition.provides.map(nameOf).join(', '),
    name: definition.name,
    options: optionNames(definition),
    description: definition.description,
    browserSafe: definition.browserSafe === true,
  }));
  if (output === 'json') {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const rows = all.map(({ slot, name, options, description }) => [slot, name, options.join(', ') || '-', description]);
  process.stdout.write(columns(['SLOT', 'NAME', 'OPTIONS', 'WHAT IT DOES'], rows));
}
