// kubectl create deployment: replicas of one image, or of several side by side.

import { type KubectlCommand, several } from './command.ts';
import { createObject, metadataOf, oneName } from './create.ts';
import { KubectlError } from './errors.ts';
import { type ChangeOptions, changeFlags } from './output.ts';

interface Options extends ChangeOptions {
  readonly image?: readonly string[];
  readonly replicas: string;
  readonly port?: string;
}

export const createDeployment: KubectlCommand<Options> = {
  usage: 'NAME --image=IMAGE [flags] [-- COMMAND [args...]]',
  summary: 'creates a deployment',
  flags: (command) =>
    changeFlags(command)
      .option('--image <image>', 'what runs', several)
      .option('-r, --replicas <n>', 'how many', '1')
      .option('--port <n>', 'the port that it listens at'),

  async run(session, args, options) {
    const images = (options.image ?? []).flatMap((image) => image.split(','));
    if (images.length === 0) throw new KubectlError('required flag(s) "image" not set');
    const [name = '', ...command] = args;
    if (images.length > 1 && command.length > 0)
      throw new KubectlError('cannot specify multiple --image options and command');
    const labels = { app: oneName(name === '' ? [] : [name]) };
    const containers = images.map((image) => ({
      image,
      name: images.length > 1 || image ? containerName(image) : name,
      ...(command.length > 0 && { command }),
      ...(options.port && { ports: [{ containerPort: Number(options.port) }] }),
      resources: {},
    }));
    await createObject(
      session,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: metadataOf(session, name, { labels }),
        spec: {
          replicas: Number(options.replicas),
          selector: { matchLabels: labels },
          strategy: {},
          template: { metadata: { creationTimestamp: null, labels }, spec: { containers } },
        },
        status: {},
      },
      options,
    );
  },
};

/** `registry.k8s.io/echo_server:1.4` -> `echo-server` */
const containerName = (image: string): string =>
  image
    .replace(/^.*\//, '')
    .replace(/[:@].*$/, '')
    .replaceAll('_', '-');
