// What a POST to a subresource answers that leaves nothing to show.

import type { Status } from '../../model/status.ts';

export const created = (): Status => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
