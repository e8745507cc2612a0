// Stand-ins for the small web programs of tutorials. The first argument says which:
//   hello-app     gcr.io/google-samples/hello-app:    "Hello, world! Version: 1.0.0 Hostname: ..."   PORT (8080)
//   node-hello    gcr.io/google-samples/node-hello:   "Hello Kubernetes!"                            8080
//   echoserver    registry.k8s.io/echoserver:         the request, as text                           8080
//   http-echo     hashicorp/http-echo:                -text=..., -listen=:5678
//   hello-world   hello-world:                        prints a greeting and ends

import { createServer } from 'node:http';
import { hostname } from 'node:os';

const [kind, ...args] = process.argv.slice(2);
const flag = (name) =>
  args
    .find((arg) => arg.replace(/^-+/, '').startsWith(`${name}=`))
    ?.split('=')
    .slice(1)
    .join('=');
const major =
  /^v?(\d+)(\.\d+)*$/.exec(globalThis[Symbol.for('kubelab.container')]?.tag ?? '')?.[0].replace(/^v/, '') ?? '1.0';
const version = major.split('.').length === 2 ? `${major}.0` : major;

const answers = {
  'hello-app': () => `Hello, world!\nVersion: ${version}\nHostname: ${hostname()}\n`,
  'node-hello': () => 'Hello Kubernetes!',
  'http-echo': () => `${flag('text') ?? process.env.ECHO_TEXT ?? 'hello-world'}\n`,
  echoserver: (request) => {
    const headers = Object.entries(request.headers).map(([name, value]) => `\t${name}=${value}`);
    return [
      '',
      `Hostname: ${hostname()}`,
      '',
      'Request Information:',
      `\tclient_address=${request.socket.remoteAddress}`,
      `\tmethod=${request.method}`,
      `\treal path=${request.url}`,
      '',
      'Request Headers:',
      ...headers,
      '',
    ].join('\n');
  },
};

if (kind === 'hello-world') {
  console.log(
    '\nHello from Kubelab!\nThis message shows that your container runs. It is a stand-in for hello-world.\n',
  );
} else {
  const port = Number(
    kind === 'http-echo' ? (flag('listen') ?? ':5678').split(':').at(-1) : (process.env.PORT ?? 8080),
  );
  const server = createServer((request, response) => {
    console.log(`${request.method} ${request.url} from ${request.socket.remoteAddress}`);
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(answers[kind](request));
  });
  server.listen(port, () => console.log(`Server listening on port ${port}`));
  process.on('SIGTERM', () => process.exit(0));
}
