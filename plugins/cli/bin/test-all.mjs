// All tests: what `npm test` runs, and the long ones with it (every kubectl release found, many seeds).

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const mocha = fileURLToPath(new URL('../../../node_modules/mocha/bin/mocha.js', import.meta.url));
const result = spawnSync(process.execPath, [mocha, '--timeout', '120000', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, KUBELAB_TEST_ALL: '1' },
});
process.exit(result.status ?? 1);
