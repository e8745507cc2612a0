// Gone: waits until an object is no longer there, by a watch.

import { isRefusal, KubectlError } from './errors.ts';
import type { AnyObject } from './records.ts';
import { pathOf } from './resource-types.ts';
import type { Found } from './selection.ts';
import type { Session } from './session.ts';

/** Resolves when the object, or at least this one of that name, is gone. @throws KubectlError when the signal comes first */
export async function gone(session: Session, { type, object }: Found, signal: AbortSignal | undefined): Promise<void> {
  const { name, namespace, uid } = object.metadata;
  const path = pathOf(type, namespace, name);
  for (;;) {
    if (signal?.aborted) throw new KubectlError(`timed out waiting for the condition on ${type.plural}/${name}`);
    let there: AnyObject;
    try {
      there = await session.server.get<AnyObject>(path);
    } catch (error) {
      if (isRefusal(error, 'NotFound')) return;
      throw error;
    }
    if (there.metadata.uid !== uid) return;
    const { resourceVersion } = there.metadata;
    const query = { fieldSelector: `metadata.name=${name}`, resourceVersion };
    for await (const event of session.server.watch<AnyObject>(pathOf(type, namespace), query, { signal })) {
      if (event.type === 'DELETED') return;
    }
  }
}
