// Catalogue: which images there are without a registry, and what each runs. Programs are plain JavaScript in images/;
// a command is found by the name that it has inside the real image (`nginx`, `redis-server`, `/agnhost`).
// Their settings are environment variables whose names no Service can claim: Kubernetes itself sets KV_PORT and the like in
// every pod beside a Service named kv, so ours say LISTEN_PORT.
// Three sorts: our own teaching images; stand-ins for what every tutorial uses, announced as such by an event; and
// anything else, which is simulated or refused.

import { ImageError } from '../../core/contracts/container-runtime.ts';
import { type ImageName, parseImageName } from './image-name.ts';

export interface Image {
  /** Identity of the image: what `status.containerStatuses[].imageID` shows. */
  readonly id: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** What it was asked for as: our programs show it as their version. */
  readonly shown?: { readonly image: string; readonly tag: string };
  /** Folders that the program expects at these paths: the container's own, empty, unless a volume is mounted there. */
  readonly folders: readonly string[];
  /** `node`: our preload puts it on the network; `machine`: it is asked to listen on PORT. */
  readonly runs: 'node' | 'machine';
  /** To be told as an event on the pod. */
  readonly notice?: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };
}

interface Entry {
  readonly names: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  readonly folders?: readonly string[];
  readonly runs?: 'machine';
  /** What the stand-in does; absent for our own images. */
  readonly standIn?: string;
  /** Worth a warning: it can reach what is not the container's. */
  readonly warns?: true;
}

const shell =
  "runs the machine's own sh and programs, with the rights of whoever runs the cluster, and they see the machine's " +
  'files: absolute paths in commands are led into the container, as far as they are written out; wget, curl, nc and ' +
  'nslookup know the pod network';

const entries: readonly Entry[] = [
  { names: ['kubelab/web'], entrypoint: ['web'] },
  { names: ['kubelab/kv'], entrypoint: ['kv'], folders: ['/data'] },
  { names: ['kubelab/guestbook'], entrypoint: ['guestbook'] },
  { names: ['kubelab/guestbook-api'], entrypoint: ['guestbook-api'] },
  { names: ['kubelab/echo'], entrypoint: ['echo-server'] },
  { names: ['kubelab/sleep'], entrypoint: ['idle'] },
  { names: ['kubelab/crash'], entrypoint: ['crash'] },
  { names: ['kubelab/job'], entrypoint: ['job'] },
  {
    names: [
      'nginx',
      'registry.k8s.io/nginx-slim',
      'registry.k8s.io/nginx',
      'nginxinc/nginx-unprivileged',
      'bitnami/nginx',
    ],
    entrypoint: ['nginx'],
    folders: ['/usr/share/nginx/html', '/var/log/nginx', '/var/cache/nginx', '/var/run'],
    standIn: 'serves /usr/share/nginx/html, or the welcome page, and reads no configuration but the port',
  },
  {
    names: ['httpd'],
    entrypoint: ['httpd-foreground'],
    folders: ['/usr/local/apache2/htdocs'],
    standIn: 'serves /usr/local/apache2/htdocs, or "It works!", on port 80 and reads no configuration',
  },
  {
    names: [
      'redis',
      'valkey/valkey',
      'bitnami/redis',
      'registry.k8s.io/redis',
      'gcr.io/google-samples/gb-redis-follower',
    ],
    entrypoint: ['redis-server'],
    folders: ['/data'],
    standIn: 'is kubelab/kv: strings and lists, AUTH, an append-only file; no replication, no other types',
  },
  {
    names: [
      'busybox',
      'registry.k8s.io/busybox',
      'gcr.io/google-containers/busybox',
      'radial/busyboxplus',
      'alpine',
      'debian',
      'ubuntu',
    ],
    entrypoint: [],
    command: ['sh'],
    runs: 'machine',
    standIn: shell,
    warns: true,
  },
  { names: ['curlimages/curl'], entrypoint: ['curl'], standIn: 'knows the common options of curl' },
  { names: ['node'], entrypoint: [], command: ['node'], standIn: "runs the machine's Node.js whatever the tag" },
  {
    names: ['pause', 'registry.k8s.io/pause'],
    entrypoint: ['idle'],
    standIn: 'waits to be stopped, as the real one does',
  },
  {
    names: ['registry.k8s.io/e2e-test-images/agnhost', 'registry.k8s.io/agnhost'],
    entrypoint: ['agnhost'],
    command: ['pause'],
    standIn: 'knows netexec, serve-hostname, liveness and pause',
  },
  {
    names: ['registry.k8s.io/serve_hostname', 'registry.k8s.io/serve-hostname'],
    entrypoint: ['agnhost', 'serve-hostname'],
    standIn: 'answers with the name of its pod on port 9376',
  },
  {
    names: ['gcr.io/google-samples/hello-app', 'us-docker.pkg.dev/google-samples/containers/gke/hello-app'],
    entrypoint: ['hello-app'],
    standIn: 'answers with greeting, version and host name on port 8080',
  },
  {
    names: ['gcr.io/google-samples/node-hello'],
    entrypoint: ['node-hello'],
    standIn: 'answers "Hello Kubernetes!" on port 8080',
  },
  {
    names: ['registry.k8s.io/echoserver', 'gcr.io/google_containers/echoserver'],
    entrypoint: ['echoserver'],
    standIn: 'shows each request on port 8080',
  },
  { names: ['hashicorp/http-echo'], entrypoint: ['http-echo'], standIn: 'answers with -text on -listen (:5678)' },
  { names: ['hello-world'], entrypoint: ['hello'], standIn: 'prints its greeting and ends' },
];

const byName = new Map(entries.flatMap((entry) => entry.names.map((name) => [name, entry] as const)));

/** Commands that are our own programs: the file in images/, and arguments that come before the user's. */
export const commands: Readonly<Record<string, { readonly file: string; readonly args?: readonly string[] }>> = {
  web: { file: 'web.mjs' },
  kv: { file: 'kv.mjs' },
  'redis-server': { file: 'kv.mjs' },
  'valkey-server': { file: 'kv.mjs' },
  'redis-cli': { file: 'redis-cli.mjs' },
  guestbook: { file: 'guestbook.mjs' },
  'guestbook-api': { file: 'guestbook-api.mjs' },
  'echo-server': { file: 'echo.mjs' },
  idle: { file: 'idle.mjs' },
  pause: { file: 'idle.mjs' },
  crash: { file: 'crash.mjs' },
  job: { file: 'job.mjs' },
  nginx: { file: 'site.mjs', args: ['nginx'] },
  'httpd-foreground': { file: 'site.mjs', args: ['httpd'] },
  agnhost: { file: 'agnhost.mjs' },
  'hello-app': { file: 'hello.mjs', args: ['hello-app'] },
  'node-hello': { file: 'hello.mjs', args: ['node-hello'] },
  echoserver: { file: 'hello.mjs', args: ['echoserver'] },
  'http-echo': { file: 'hello.mjs', args: ['http-echo'] },
  hello: { file: 'hello.mjs', args: ['hello-world'] },
  wget: { file: 'fetch.mjs', args: ['wget'] },
  curl: { file: 'fetch.mjs', args: ['curl'] },
  nslookup: { file: 'nslookup.mjs' },
  nc: { file: 'nc.mjs' },
  hostname: { file: 'hostname.mjs' },
};

/**
 * The image of that name.
 * @throws ImageError InvalidImageName, or ErrImagePull where unknown images are refused.
 */
export function findImage(image: string, unknownImages: 'simulate' | 'refuse'): Image {
  const name = parseImageName(image);
  if (name.hostProgram !== undefined) return hostImage(name.hostProgram);
  const entry = byName.get(name.repository);
  if (entry) return imageOf(image, name, entry);
  if (unknownImages === 'refuse') {
    const full = name.repository.includes('.')
      ? name.repository
      : `docker.io/${name.repository.includes('/') ? '' : 'library/'}${name.repository}`;
    throw new ImageError(
      'ErrImagePull',
      `failed to pull and unpack image "${full}:${name.tag}": failed to resolve reference "${full}:${name.tag}": not found ` +
        '(Kubelab has no registry; unknownImages: simulate runs a container that does nothing instead)',
    );
  }
  return {
    ...nothing,
    id: `kubelab.dev/simulated/${name.repository}:${name.tag}`,
    entrypoint: ['idle'],
    notice: {
      type: 'Warning',
      reason: 'Simulated',
      message: `${image} is not among Kubelab's images: a container that does nothing runs in its place`,
    },
  };
}

/** Whether the image is one whose command is ignored, because nothing of it is here. */
export const isSimulated = (image: Image): boolean => image.notice?.reason === 'Simulated';

const nothing = { command: [], folders: [], runs: 'node' as const };

function imageOf(image: string, name: ImageName, entry: Entry): Image {
  return {
    ...nothing,
    id: `kubelab.dev/${name.repository}:${name.tag}`,
    entrypoint: entry.entrypoint,
    command: entry.command ?? [],
    shown: { image: name.repository, tag: name.tag },
    folders: entry.folders ?? [],
    runs: entry.runs ?? 'node',
    ...(entry.standIn && {
      notice: {
        type: entry.warns ? 'Warning' : 'Normal',
        reason: 'StandIn',
        message: `${image} is a stand-in, not the real program: it ${entry.standIn}`,
      },
    }),
  };
}

function hostImage(program: string): Image {
  return { ...nothing, id: `kubelab.dev/host/${program}`, entrypoint: [`host:${program}`], runs: 'machine' };
}
