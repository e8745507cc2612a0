// Health: /healthz, /livez, /readyz, as text for people and probes. With ?verbose each check has its line; a check is also
// a path of its own: /readyz/ping.

export interface HealthCheck {
  readonly name: string;
  /** Throws when it is not well. */
  check(): Promise<void>;
}

export interface HealthAnswer {
  readonly code: 200 | 404 | 500;
  readonly text: string;
}

/** @param path `/readyz`, `/livez/ping` */
export async function health(path: string, checks: readonly HealthCheck[], verbose: boolean): Promise<HealthAnswer> {
  const [, endpoint = '', only] = path.split('/');
  const wanted = only ? checks.filter(({ name }) => name === only) : checks;
  if (wanted.length === 0) return { code: 404, text: '404 page not found\n' };
  const lines: string[] = [];
  let well = true;
  for (const { name, check } of wanted) {
    const failed = await check().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    lines.push(failed === undefined ? `[+]${name} ok` : `[-]${name} failed: ${failed}`);
    well &&= failed === undefined;
  }
  if (!well) return { code: 500, text: `${lines.join('\n')}\n${endpoint} check failed\n` };
  return { code: 200, text: verbose ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok' };
}
