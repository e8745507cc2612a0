// hostname for containers: the pod's name; with -f its whole name, with -i its address.

import { hostname, networkInterfaces } from 'node:os';

const address = process.argv.includes('-i') || process.argv.includes('-I');
const whole = process.argv.includes('-f') || process.argv.includes('--fqdn');
const name = (whole && globalThis[Symbol.for('kubelab.container')]?.fullName) || hostname();
console.log(address ? (networkInterfaces().eth0?.[0]?.address ?? '127.0.0.1') : name);
