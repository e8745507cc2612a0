// Health: /healthz, /livez, /readyz, as text for people and probes. With ?verbose each check has its line; a check is also
// a path of its own: /readyz/etcd; ?exclude=etcd leaves one out.
//   ping             the process answers
//   etcd             the store answers, whatever its provider is called: probes ask for the check by this name
//   informer-sync    the server's own cache follows the store            /readyz only
//   shutdown         the server is not about to stop                     /readyz only
// Everybody may ask, so a check that fails does not say why there, as in Kubernetes; its own path does:
//   /readyz          [-]etcd failed: reason withheld
//   /readyz/etcd     internal server error: etcd at http://127.0.0.1:2379 does not answer (...)

import type { ApiServer, Caller } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import type { Resource } from '../../core/model/resource.ts';

export interface HealthCheck {
  readonly name: string;
  /** Only asked for by /readyz: to restart the server would not help. */
  readonly ready?: boolean;
  /** Throws when it is not well. */
  check(): Promise<void>;
}

export interface HealthAnswer {
  readonly code: 200 | 404 | 500;
  readonly text: string;
}

/** How long a check may take, milliseconds. */
const patience = 2_000;

/** The checks of a server. @param stopping whether it is about to stop */
export function healthChecks(api: ApiServer, stopping: () => boolean): readonly HealthCheck[] {
  const server: Caller = { user: { name: 'system:apiserver', groups: ['system:masters'] } };
  const resource = Namespaces as Resource;
  const read = async (options: object) => void (await api.list(server, { resource }, options));
  return [
    { name: 'ping', check: async () => {} },
    { name: 'etcd', check: () => read({ limit: 1 }) },
    { name: 'informer-sync', ready: true, check: () => read({ resourceVersion: '0' }) },
    {
      name: 'shutdown',
      ready: true,
      check: async () => {
        if (stopping()) throw new Error('process is shutting down');
      },
    },
  ];
}

/** @param path `/readyz`, `/livez/ping` */
export async function health(
  path: string,
  checks: readonly HealthCheck[],
  query: URLSearchParams,
  clock: Pick<Clock, 'schedule'>,
): Promise<HealthAnswer> {
  const [, endpoint = '', only] = path.split('/');
  const own = checks.filter(({ ready }) => !ready || endpoint === 'readyz');
  const wanted = only ? own.filter(({ name }) => name === only) : own;
  if (wanted.length === 0) return { code: 404, text: '404 page not found\n' };
  const excluded = new Set(query.getAll('exclude'));
  const lines: string[] = [];
  let well = true;
  for (const { name, check } of wanted) {
    if (excluded.delete(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const failed = await inTime(check(), clock);
    if (only && failed !== undefined) return { code: 500, text: `internal server error: ${failed}\n` };
    lines.push(failed === undefined ? `[+]${name} ok` : `[-]${name} failed: reason withheld`);
    well &&= failed === undefined;
  }
  if (excluded.size > 0) {
    const names = [...excluded].map((name) => JSON.stringify(name)).join(',');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  if (!well) return { code: 500, text: `${lines.join('\n')}\n${endpoint} check failed\n` };
  return { code: 200, text: query.has('verbose') ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok' };
}

/** Why it failed; undefined when it did not. */
function inTime(check: Promise<void>, clock: Pick<Clock, 'schedule'>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(patience, () => resolve(`no answer within ${patience / 1000} s`));
    const done = (failed?: string) => {
      cancel();
      resolve(failed);
    };
    check.then(
      () => done(),
      (error: unknown) => done(error instanceof Error ? error.message : String(error)),
    );
  });
}
