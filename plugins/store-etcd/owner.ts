// Owner: whose objects an etcd holds. A key beside them says it, which no key of an object begins like:
//   kubelab.dev/store              {"format":1,"cluster":"kubelab"}        of /registry/...
//   kubelab.dev/store/cluster-a    the same                                of /cluster-a/registry/...
// Always true: what another program has put there, a real Kubernetes above all, another cluster or another version of Kubelab,
//   is neither changed nor hidden: the store does not open.

import { StoreFailure } from '../../core/contracts/store.ts';
import { type Etcd, isProtobuf } from './etcd-stream.ts';
import { placeOf } from './failures.ts';

/** The layout that this code reads and writes. */
const format = 1;

/** Makes an empty etcd the cluster's, and makes sure that one with objects is. @throws StoreFailure that names what is there */
export async function own(etcd: Etcd, cluster: string): Promise<void> {
  const { client, root } = etcd;
  const key = Buffer.from(`kubelab.dev/store${root}`);
  const mark = Buffer.from(JSON.stringify({ format, cluster }));
  const anyObject = { key: Buffer.from(`${root}/`), range_end: Buffer.from(`${root}0`), limit: '1' };
  for (;;) {
    const { succeeded, responses } = await client.kv.txn({
      compare: [{ key, result: 'Equal', target: 'Mod', mod_revision: '0' }],
      success: [{ request_range: anyObject }],
      failure: [{ request_range: { key } }],
    });
    const found = responses[0]?.response_range?.kvs[0];
    const refuse = (what: string) => new StoreFailure('refused', `${placeOf(etcd)} ${what}`);
    if (!succeeded && found) {
      const why = misfit(found.value, cluster, root);
      if (why === undefined) return;
      throw refuse(why);
    }
    if (found) throw refuse(stranger(found.key.toString('utf8'), found.value, `${key}`, `${mark}`));
    // Another server of the cluster may be as quick: then its mark is read.
    await client.kv.txn({
      compare: [{ key, result: 'Equal', target: 'Mod', mod_revision: '0' }],
      success: [{ request_put: { key, value: mark } }],
      failure: [],
    });
  }
}

const elsewhere =
  'give store-etcd an etcd of its own, or a place of its own in this one (option prefix: /registry is then below it)';

function misfit(value: Buffer, cluster: string, root: string): string | undefined {
  let mark: { readonly format?: unknown; readonly cluster?: unknown } = {};
  try {
    mark = JSON.parse(value.toString('utf8'));
  } catch {
    // No format is another format.
  }
  if (mark.format !== format)
    return `holds objects below ${root}/registry that another version of Kubelab has written (format ${mark.format}, this one knows ${format}); ${elsewhere}`;
  if (mark.cluster === cluster) return undefined;
  return `holds the objects of cluster ${mark.cluster} below ${root}/registry, not of ${cluster}: start with --name ${mark.cluster}, or ${elsewhere}`;
}

function stranger(key: string, value: Buffer, markKey: string, mark: string): string {
  if (isProtobuf(value))
    return `holds the objects of a real Kubernetes: ${key} is one, in protobuf. They stay as they are; ${elsewhere}`;
  return (
    `holds ${key}, which this cluster has not written. It stays as it is; ${elsewhere}. ` +
    `If all that is there is Kubelab's nevertheless: etcdctl put ${markKey} '${mark}'`
  );
}
