// kubectl expose: a service for what a deployment, replica set, pod or other service selects.

import type { Service } from '../../../core/model/service.ts';
import type { KubectlCommand } from './command.ts';
import { metadataOf } from './create.ts';
import { KubectlError } from './errors.ts';
import { fileFlags } from './manifests.ts';
import { type ChangeOptions, changeFlags, dryRunOf, dryRunQuery, printChange } from './output.ts';
import { type AnyObject, isRecord, own } from './records.ts';
import { pathOf } from './resource-types.ts';
import { type SelectionOptions, select, selectorFlags, visit } from './selection.ts';

interface Options extends ChangeOptions, SelectionOptions {
  readonly port?: string;
  readonly targetPort?: string;
  readonly protocol?: string;
  readonly type?: string;
  readonly name?: string;
  readonly labels?: string;
  readonly clusterIp?: string;
  readonly sessionAffinity?: string;
}

export const expose: KubectlCommand<Options> = {
  usage: '(TYPE NAME | TYPE/NAME | -f FILE) [--port=PORT] [--target-port=PORT] [--type=TYPE] [flags]',
  summary: 'creates a service for a deployment, replica set, pod or service',
  flags: (command) =>
    selectorFlags(changeFlags(fileFlags(command)))
      .option('--port <n>', 'port of the service; those of the containers unless told')
      .option('--target-port <port>', 'port of the pods, by number or name')
      .option('--protocol <name>', 'TCP or UDP')
      .option('--type <type>', 'ClusterIP, NodePort, LoadBalancer')
      .option('--name <name>', 'of the service; that of the object unless told')
      .option('--labels <labels>', 'of the service; those of the object unless told')
      .option('--cluster-ip <address>', 'None for a headless service')
      .option('--session-affinity <how>', 'None or ClientIP'),

  async run(session, args, options) {
    if (args.length === 0 && !options.filename)
      throw new KubectlError('You must provide one or more resources by argument or filename.');
    const targets = await select(session, args, options.filename ? { filename: options.filename } : {});
    for await (const { object } of visit(session, targets)) {
      const service = serviceFor(object, options, metadataOf(session, options.name ?? object.metadata.name));
      const client = dryRunOf(options) === 'client';
      const type = await session.type('services');
      const query = { fieldManager: 'kubectl-expose', ...dryRunQuery(options) };
      const path = pathOf(type, object.metadata.namespace ?? session.namespace);
      const created = client ? service : await session.server.send<AnyObject>('POST', path, { query, body: service });
      await printChange(session, created, 'exposed', options);
    }
  },
};

function serviceFor(object: AnyObject, options: Options, metadata: AnyObject['metadata']): AnyObject {
  const labels = options.labels ? pairs(options.labels) : object.metadata.labels;
  const selector = options.selector ? pairs(options.selector) : selectorOf(object);
  const given = options.port?.split(',').map((port) => ({ port: Number(port), protocol: options.protocol ?? 'TCP' }));
  const found =
    given ?? portsOf(object).map(({ port, protocol }) => ({ port, protocol: options.protocol ?? protocol }));
  if (found.length === 0)
    throw new KubectlError(
      "couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples",
    );
  const target = options.targetPort;
  const ports = found.map(({ port, protocol }, i) => ({
    ...(found.length > 1 && { name: `port-${i + 1}` }),
    port,
    protocol,
    targetPort: target === undefined ? port : /^\d+$/.test(target) ? Number(target) : target,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, ...(labels && { labels }) },
    spec: {
      ...(options.clusterIp && { clusterIP: options.clusterIp }),
      ports,
      selector,
      ...(options.sessionAffinity && { sessionAffinity: options.sessionAffinity }),
      ...(options.type && { type: options.type }),
    },
    status: { loadBalancer: {} },
  };
}

/** `a=b,c=d` */
const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(text.split(',').map((pair) => [pair.split('=')[0]!, pair.split('=').slice(1).join('=')]));

const specOf = (object: AnyObject) => (isRecord(object.spec) ? object.spec : {});

/** Labels of the pods that the object means. @throws KubectlError when they cannot be said by equality */
function selectorOf(object: AnyObject): unknown {
  if (object.kind === 'Pod') {
    if (!object.metadata.labels) throw new KubectlError('the pod has no labels and cannot be exposed');
    return object.metadata.labels;
  }
  const selector = own(specOf(object), 'selector');
  if (!isRecord(selector)) {
    throw new KubectlError(`cannot expose a ${object.kind}`);
  }
  if (Array.isArray(selector.matchExpressions) && selector.matchExpressions.length > 0) {
    throw new KubectlError(
      `couldn't convert expressions - "${JSON.stringify(selector.matchExpressions)}" to map-based selector format`,
    );
  }
  return selector.matchLabels ?? selector;
}

function portsOf(object: AnyObject): { readonly port: number; readonly protocol: string }[] {
  if (object.kind === 'Service') {
    return ((object as unknown as Service).spec.ports ?? []).map(({ port, protocol = 'TCP' }) => ({ port, protocol }));
  }
  const spec = specOf(object);
  const template = isRecord(spec.template) && isRecord(spec.template.spec) ? spec.template.spec : spec;
  const containers = (template.containers ?? []) as { ports?: { containerPort: number; protocol?: string }[] }[];
  return containers.flatMap(({ ports = [] }) =>
    ports.map(({ containerPort, protocol = 'TCP' }) => ({ port: containerPort, protocol })),
  );
}
