// kubectl create service clusterip|nodeport|loadbalancer: a service for what is labelled app=NAME.

import { type KubectlCommand, several } from './command.ts';
import { createObject, metadataOf, oneName } from './create.ts';
import { KubectlError } from './errors.ts';
import { type ChangeOptions, changeFlags } from './output.ts';

interface Options extends ChangeOptions {
  readonly tcp?: readonly string[];
  readonly nodePort?: string;
  readonly clusterip?: string;
}

export const createService = (type: 'ClusterIP' | 'NodePort' | 'LoadBalancer'): KubectlCommand<Options> => ({
  usage: 'NAME [--tcp=PORT:TARGET] [flags]',
  summary: `creates a service of type ${type}`,
  flags: (command) => {
    changeFlags(command).option('--tcp <port:target>', 'port of the service, port of the pods', several);
    if (type === 'NodePort') command.option('--node-port <n>', 'port of the nodes; any free one unless told');
    if (type === 'ClusterIP') command.option('--clusterip <address>', 'None for a headless service');
  },

  async run(session, args, options) {
    const name = oneName(args);
    const tcp = (options.tcp ?? []).flatMap((pair) => pair.split(','));
    if (tcp.length === 0 && options.clusterip !== 'None')
      throw new KubectlError('at least one tcp port specifier must be provided');
    const labels = { app: name };
    const ports = tcp.map((pair) => portOf(pair, options.nodePort));
    await createObject(
      session,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: metadataOf(session, name, { labels }),
        spec: {
          ...(options.clusterip && { clusterIP: options.clusterip }),
          ...(ports.length > 0 && { ports }),
          selector: labels,
          type,
        },
        status: { loadBalancer: {} },
      },
      options,
    );
  },
});

function portOf(pair: string, nodePort: string | undefined): object {
  const [port = '', target = port] = pair.split(':');
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    throw new KubectlError(`invalid port: ${port}; give --tcp=PORT or --tcp=PORT:TARGET`);
  }
  return {
    name: pair.replace(':', '-'),
    ...(nodePort && { nodePort: Number(nodePort) }),
    port: number,
    protocol: 'TCP',
    targetPort: /^\d+$/.test(target) ? Number(target) : target,
  };
}
