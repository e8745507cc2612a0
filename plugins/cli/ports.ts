// Ports: where a cluster's API listens. A name has its own port, the same each time, so that kubeconfigs stay right.

import { createHash } from 'node:crypto';

/** The port of a cluster that nobody chose a port for: 6443 for the usual name, one by the name for others. */
export function portOf(name: string): number {
  if (name === 'kubelab') return 6443;
  return 20_000 + (createHash('sha256').update(name).digest().readUInt32BE(0) % 10_000);
}
