// ClusterCa: the certificate that programs trust when they talk to the API server. Bound by the cluster where there is an
// API face; a cluster that is driven in process only has none. The private key is nobody's business but the face's.

import { slot } from '../cluster/token.ts';

export interface ClusterCa {
  /** PEM. */
  readonly certificate: string;
}
export const ClusterCa = slot<ClusterCa>('ClusterCa');
