// Stand-in for nginx and httpd: serves a folder on port 80 (nginx-unprivileged: 8080), or a welcome page while the folder is empty.
//   site.mjs nginx    /usr/share/nginx/html        site.mjs httpd    /usr/local/apache2/htdocs
// Arguments of the real programs (`-g "daemon off;"`) are accepted and change nothing.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { extname, posix } from 'node:path';

const kind = process.argv[2];
const nginx = kind === 'nginx';
const { image = kind, tag = 'latest' } = globalThis[Symbol.for('kubelab.container')] ?? {};
const version = /^\d+(\.\d+)*/.exec(tag)?.[0];
const server = `${nginx ? 'nginx' : 'Apache'}${version ? `/${version}` : ''} (Kubelab's stand-in)`;
const folder = nginx ? '/usr/share/nginx/html' : '/usr/local/apache2/htdocs';
const port = image.endsWith('unprivileged') ? 8080 : 80;

const welcome = nginx
  ? `<!DOCTYPE html>
<html><head><title>Welcome to nginx!</title></head>
<body><h1>Welcome to nginx!</h1>
<p>This is Kubelab's stand-in for nginx, answering from pod <b>${hostname()}</b>.</p></body></html>
`
  : '<html><body><h1>It works!</h1></body></html>\n';
const types = {
  '.html': 'text/html',
  '.htm': 'text/html',
  '.css': 'text/css',
  '.js': 'application/javascript',
  '.mjs': 'application/javascript',
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.xml': 'text/xml',
  '.wasm': 'application/wasm',
};

const isFile = (path) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** The file of a request: the path itself, or its index. Undefined: there is none. */
async function fileOf(url) {
  let path;
  try {
    path = posix.normalize(decodeURIComponent(url.split('?')[0]));
  } catch {
    return undefined; // bad escapes
  }
  if (!path.startsWith('/') || path.includes('\0') || path.includes('\\')) return undefined;
  for (const candidate of path.endsWith('/') ? [`${path}index.html`] : [path, `${path}/index.html`]) {
    if (await isFile(folder + candidate)) return folder + candidate;
  }
  return undefined;
}

const web = createServer(async (request, response) => {
  const send = (status, type, body) => {
    response.writeHead(status, { server, 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  response.on('finish', () => {
    const { remoteAddress } = request.socket;
    const agent = request.headers['user-agent'] ?? '-';
    console.log(
      `${remoteAddress} - - [${new Date().toUTCString()}] "${request.method} ${request.url} HTTP/1.1" ${response.statusCode} "${agent}"`,
    );
  });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(405, 'text/html', '<h1>405 Not Allowed</h1>\n');
  const file = await fileOf(request.url ?? '/');
  if (!file) {
    const root = request.url?.split('?')[0];
    if (root === '/' || root === '/index.html') return send(200, 'text/html', welcome);
    return send(
      404,
      'text/html',
      `<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>${kind}</center></body></html>\n`,
    );
  }
  response.writeHead(200, { server, 'content-type': types[extname(file).toLowerCase()] ?? 'application/octet-stream' });
  if (request.method === 'HEAD') return response.end();
  return createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
});
web.on('error', (error) => {
  console.error(`${kind}: [emerg] bind() to 0.0.0.0:${port} failed (${error.message})`);
  process.exit(1);
});
web.listen(port, () => console.log(`${hostname()}: ${server} listens on port ${port}`));
for (const signal of ['SIGTERM', 'SIGQUIT', 'SIGINT']) {
  process.on(signal, () => {
    web.close(() => process.exit(0));
    web.closeIdleConnections();
  });
}
