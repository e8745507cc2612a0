// hostname for containers: the pod's name; with -i its address.

import { hostname, networkInterfaces } from 'node:os';

const address = process.argv.includes('-i') || process.argv.includes('-I');
console.log(address ? (networkInterfaces().eth0?.[0]?.address ?? '127.0.0.1') : hostname());
