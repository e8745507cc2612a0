// redis-cli: sends one command to a key-value server and prints the answer, as the real one does.
//   redis-cli [-h host] [-p port] [-a password] COMMAND [argument...]

import { KeyValueClient } from './kv-client.mjs';

const args = process.argv.slice(2);
const options = { host: '127.0.0.1', password: process.env.REDISCLI_AUTH };
while (args[0]?.startsWith('-')) {
  const [flag, value] = args.splice(0, /^-[hpa]$/.test(args[0]) ? 2 : 1);
  if (flag === '-h') options.host = value;
  if (flag === '-p') options.port = Number(value);
  if (flag === '-a') options.password = value;
}

const show = (answer, indent = '') => {
  if (answer === null) return '(nil)';
  if (typeof answer === 'number') return `(integer) ${answer}`;
  if (!Array.isArray(answer)) return process.stdout.isTTY ? JSON.stringify(answer) : answer;
  return answer.map((item, index) => `${indent}${index + 1}) ${JSON.stringify(item)}`).join('\n') || '(empty array)';
};

const client = new KeyValueClient(options);
try {
  console.log(show(await client.send(...(args.length > 0 ? args : ['PING']))));
} catch (error) {
  console.log(
    error.code ? `Could not connect to Redis at ${options.host}: ${error.message}` : `(error) ${error.message}`,
  );
  process.exitCode = 1;
}
client.close();
