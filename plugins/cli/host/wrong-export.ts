// Wrong export: what is the matter with what a plugin file exports, in words that say what to write instead.

import path from 'node:path';
import { isPlugin } from '../../../core/cluster/plugin.ts';

/** Undefined when the default export is a plugin that says what it provides. */
export function wrongExport(exported: Readonly<Record<string, unknown>>, file: string): string | undefined {
  const name = path.basename(file);
  const { default: found } = exported;
  const wanted = 'write "export default plugin({ name, description, provides, bind })"';
  if (!('default' in exported)) {
    const others = Object.keys(exported).join(', ');
    return `${name} has no default export: ${wanted}; ${others === '' ? 'it exports nothing' : `it exports ${others} only`}`;
  }
  if (!isPlugin(found)) {
    if (isRecord(found) && 'definition' in found) {
      return `${name} exports what its plugin returns: leave the last () out, "export default plugin({ ... })"`;
    }
    if (isRecord(found) && 'bind' in found)
      return `${name} exports a bare object: wrap it, "export default plugin({ ... })"`;
    return `the default export of ${name} is ${described(found)}, not a plugin: ${wanted}`;
  }
  const { provides, description } = found.definition;
  const tokens: unknown = provides;
  if (!Array.isArray(tokens) || tokens.length === 0 || tokens.some((token) => typeof token !== 'symbol')) {
    return `plugin ${found.definition.name} in ${name} does not say which slots it fills: add provides: [Scheduler]`;
  }
  if (typeof description !== 'string') {
    return `plugin ${found.definition.name} in ${name} has no description: add one line, description: '...'`;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function described(value: unknown): string {
  if (typeof value === 'function') return /^class\b/.test(String(value)) ? `the class ${value.name}` : 'a function';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
