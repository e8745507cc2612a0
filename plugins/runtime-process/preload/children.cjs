// Children of a program in a pod: its environment is its own, without anything of Kubelab's in it; Node.js programs and
// threads that it starts are in the pod all the same. Shells get there by their PATH (applets.ts).
'use strict';

const processes = require('node:child_process');
const { basename } = require('node:path');
const threads = require('node:worker_threads');
const { replace } = require('./names.cjs');

/** @param known the name under which threads find the settings; @param nodeOptions what the pod itself says */
function patch(known, settings, nodeOptions) {
  const withPreload = process.env.NODE_OPTIONS;
  const [require] = /^--require "[^"]*"/.exec(withPreload ?? '') ?? [];
  threads.setEnvironmentData(known, settings);
  delete process.env.KUBELAB_CONTAINER;
  if (nodeOptions) process.env.NODE_OPTIONS = nodeOptions;
  else delete process.env.NODE_OPTIONS;
  if (!require) return; // a thread: what it starts is started by its process

  const isNode = (file) => file === process.execPath || /^node(js)?$/.test(basename(String(file)));
  const added = (own) => ({ KUBELAB_CONTAINER: settings, NODE_OPTIONS: own ? `${require} ${own}` : require });

  replace(
    processes.ChildProcess.prototype,
    'spawn',
    (spawn) =>
      function (options) {
        if (!isNode(options?.file) || !options.envPairs) return spawn.call(this, options);
        const named = (pair) => pair.startsWith('NODE_OPTIONS=');
        const own = options.envPairs.find(named)?.slice('NODE_OPTIONS='.length);
        const pairs = Object.entries(added(own)).map(([name, value]) => `${name}=${value}`);
        const others = options.envPairs.filter((pair) => !named(pair));
        return spawn.call(this, { ...options, envPairs: [...others, ...pairs] });
      },
  );
  for (const name of ['spawnSync', 'execFileSync']) {
    replace(processes, name, (run) => (file, ...rest) => {
      if (!isNode(file)) return run(file, ...rest);
      const args = Array.isArray(rest[0]) ? rest[0] : [];
      const options = (Array.isArray(rest[0]) ? rest[1] : (rest[0] ?? rest[1])) ?? {};
      const env = options.env ?? process.env;
      return run(file, args, { ...options, env: { ...env, ...added(env.NODE_OPTIONS) } });
    });
  }
}

module.exports = { patch };
