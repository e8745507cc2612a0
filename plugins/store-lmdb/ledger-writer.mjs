// Ledger writer: the thread that writes ledgers' files, a transaction a message, so that nobody waits for the disk but the
// writes themselves. Plain JavaScript: a thread starts with Node.js alone.
//   { id, path, facts, rows, values, removed }  ->  { id } once it is on disk, or { id, refused: why }; then nothing of it is there
//   { id, path, close: true }                   ->  { id }; the file is closed

import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { RoomAhead } from './room-ahead.mjs';

const { open } = createRequire(import.meta.url)('lmdb');
const files = new Map();

parentPort.on('message', async (order) => {
  const { id, path, close } = order;
  try {
    if (close) await closeFile(path);
    else write(order);
    parentPort.postMessage({ id });
  } catch (error) {
    parentPort.postMessage({ id, refused: error.message });
  }
});

async function closeFile(path) {
  const file = files.get(path);
  files.delete(path);
  file?.ahead.close();
  await file?.env.close();
}

function fileAt(path) {
  const known = files.get(path);
  if (known) return known;
  // overlappingSync: false: a transaction comes back when it is flushed, not before.
  const env = open({ path, noSubdir: true, maxDbs: 3, overlappingSync: false, encoding: 'binary' });
  const file = {
    env,
    changes: env.openDB({ name: 'changes', encoding: 'binary' }),
    values: env.openDB({ name: 'values', encoding: 'binary' }),
    ahead: new RoomAhead(path),
  };
  files.set(path, file);
  return file;
}

function write({ path, facts = [], rows = [], values: given = [], removed = [] }) {
  const { env, changes, values, ahead } = fileAt(path);
  env.transactionSync(() => {
    ahead.keep();
    for (const [name, fact] of facts) env.putSync(name, bufferOf(fact));
    for (const [revision, value] of given) values.putSync(revision, bufferOf(value));
    for (const [revision, row] of rows) changes.putSync(revision, bufferOf(row));
    for (const revision of removed) {
      changes.removeSync(revision);
      values.removeSync(revision);
    }
  });
}

/** What comes from another thread is no Buffer any more. */
const bufferOf = ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length);
