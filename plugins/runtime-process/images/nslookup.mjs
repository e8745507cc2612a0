// nslookup for containers: asks the pod network (and behind it the machine) what a name means.

import { promises } from 'node:dns';

const name = process.argv.slice(2).find((arg) => !arg.startsWith('-'));
if (!name) {
  console.error('nslookup: say which name');
  process.exit(1);
}
try {
  const found = await promises.lookup(name, { all: true, family: 4 });
  console.log('Server:\t\tkubelab\n');
  for (const { address } of found) console.log(`Name:\t${name}\nAddress: ${address}\n`);
} catch {
  console.log(`** server can't find ${name}: NXDOMAIN\n`);
  process.exitCode = 1;
}
