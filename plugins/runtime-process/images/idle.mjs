// kubelab/sleep and the stand-in for pause: does nothing. With a number, for so many seconds; else until it is stopped.

const seconds = Number(process.argv[2] ?? process.env.SLEEP_SECONDS ?? Number.NaN);
const longest = 2 ** 31 - 1; // of a timer, milliseconds
const timer = setTimeout(() => process.exit(0), Number.isNaN(seconds) ? longest : Math.min(seconds * 1000, longest));
if (Number.isNaN(seconds)) timer.refresh();
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
