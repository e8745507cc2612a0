// Text: what the command shows a person.

import Table from 'cli-table3';
import pc from 'picocolors';
import type { Cluster } from '../../core/cluster/cluster.ts';
import type { Role } from '../../core/cluster/composition.ts';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';

/**
 * What a newcomer sees when the cluster is ready.
 * @param elapsed milliseconds that the start took
 * @param how.detached nobody's terminal holds the cluster: Ctrl-C does not reach it
 */
export function readyLines(
  cluster: Pick<Cluster, 'name' | 'components'>,
  elapsed: number,
  how: { readonly plain?: boolean; readonly detached?: boolean } = {},
): string {
  const of = (role: Role) => cluster.components.filter(({ plan }) => plan.role === role);
  const first = (role: Role) => shortName(of(role)[0]?.plugin ?? 'none');
  const nodes = of('ContainerRuntime').length;
  const bold = (text: string) => (how.plain ? text : pc.bold(text));
  const option = cluster.name === 'kubelab' ? '' : ` --name ${cluster.name}`;
  const shell = `npx kubelab shell${option}`;
  const stop = how.detached ? `npx kubelab down${option}` : 'Ctrl-C';
  // Two spaces at least, whatever the name.
  const width = Math.max(22, shell.length + 1);
  return `${bold(`Ready in ${(elapsed / 1000).toFixed(1)} s:`)} ${nodes} node${nodes === 1 ? '' : 's'}, scheduler ${first('Scheduler')}, runtime ${first('ContainerRuntime')}, proxy ${first('Proxy')}, store ${first('Store')}
Second terminal:  ${shell.padEnd(width)} kubectl set up for this cluster; your own kubeconfig is untouched
Try:              ${'kubectl get nodes'.padEnd(width)} kubectl create deployment web --image=nginx
First lab:        ${'npx kubelab lab'.padEnd(width)} Stop: ${stop}
`;
}

/** @throws ConfigurationError when another format than json is asked for. */
export function onlyJson(command: string, output: string | undefined): void {
  if (output === undefined || output === 'json') return;
  throw new ConfigurationError(`-o ${output}: the only output format of kubelab ${command} is json`);
}

/** `scheduler-round-robin` -> `round-robin`; paths stay. */
export const shortName = (plugin: string): string =>
  /[\\/]/.test(plugin) ? plugin : plugin.replace(/^(store|scheduler|runtime|proxy|controller)-/, '');

/** Rows under a head, as kubectl prints them. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const bare = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '   ',
  };
  const table = new Table({ chars: bare, style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] } });
  table.push([...head], ...rows.map((row) => [...row]));
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
