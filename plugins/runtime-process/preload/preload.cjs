// Preload: what Kubelab puts into every Node.js program that runs in a container, before the program's own first line
// (`NODE_OPTIONS=--require`). It makes the program see a pod: the pod's ports, addresses and names, its host name, its
// volumes at their mount paths. It says nothing and adds nothing that the program could see but that.
//   control.cjs   the line to the virtual network
//   tcp.cjs, udp.cjs, names.cjs, machine.cjs, files.cjs   what is changed of net, dgram, dns, os, fs
// Plain CommonJS without dependencies: it runs in programs that know nothing of Kubelab.
'use strict';

if (process.env.KUBELAB_NETWORK && process.env.KUBELAB_TOKEN && !globalThis[Symbol.for('kubelab.preload')]) {
  Object.defineProperty(globalThis, Symbol.for('kubelab.preload'), { value: true });
  const { Control } = require('./control.cjs');
  const pod = {
    address: process.env.KUBELAB_POD_IP ?? '',
    hostname: process.env.KUBELAB_HOSTNAME ?? '',
    /** Real ports that were given out as PORT: the program listens on them as they are. */
    givenPorts: new Set((process.env.KUBELAB_GIVEN_PORTS ?? '').split(',').filter(Boolean).map(Number)),
  };
  const control = new Control(process.env.KUBELAB_NETWORK, process.env.KUBELAB_TOKEN, process.env.KUBELAB_CONTAINER);
  require('./tcp.cjs').patch(control, pod);
  require('./udp.cjs').patch(control, pod);
  require('./names.cjs').patch(control);
  require('./machine.cjs').patch(pod);
  require('./files.cjs').patch(process.env);
  require('node:module').syncBuiltinESMExports();
}
