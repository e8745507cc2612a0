// Preload: what Kubelab puts into every Node.js program that runs in a container, before the program's own first line
// (`NODE_OPTIONS=--require`). It makes the program see a pod: the pod's ports, addresses and names, its host name, its
// volumes at their mount paths. It says nothing and adds nothing that the program could see but that.
//   control.cjs    the line to the virtual network
//   children.cjs   what the program starts gets the preload too
//   tcp.cjs, udp.cjs, names.cjs, machine.cjs, files.cjs   what is changed of net, dgram, dns, os, fs
// Plain CommonJS without dependencies: it runs in programs that know nothing of Kubelab.
'use strict';

const threads = require('node:worker_threads');
const known = 'kubelab.container';
const text = process.env.KUBELAB_CONTAINER ?? threads.getEnvironmentData(known);

if (text && !globalThis[Symbol.for(known)]) {
  const settings = JSON.parse(text);
  const { node, image, tag, fullName, network } = settings;
  const { Control } = require('./control.cjs');
  const pod = {
    address: settings.address,
    hostname: settings.hostname,
    /** Real ports that were given out as PORT: the program listens on them as they are. */
    givenPorts: new Set(settings.givenPorts),
  };
  const control = new Control(settings.network, settings.token, settings.container);
  // Windows has no applets that put it into what scripts start: there it stays to be seen.
  if (process.platform !== 'win32') require('./children.cjs').patch(known, text, settings.nodeOptions);
  require('./tcp.cjs').patch(control, pod);
  require('./udp.cjs').patch(control, pod);
  require('./names.cjs').patch(control);
  require('./machine.cjs').patch(pod);
  const rooted = require('./files.cjs').patch(settings);
  // For our own images: what they tell of themselves, and a way to see no file of the machine.
  Object.defineProperty(globalThis, Symbol.for(known), { value: { node, image, tag, fullName, network, rooted } });
  require('node:module').syncBuiltinESMExports();
}
