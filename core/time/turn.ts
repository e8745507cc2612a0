// One turn of the event loop: after it, every promise that was ready has run, and whatever those made ready too.
// setImmediate where there is one (Node.js), a message to ourselves elsewhere (browsers; setTimeout would wait 4 ms).

const immediate: ((work: () => void) => unknown) | undefined = (
  globalThis as { setImmediate?: (work: () => void) => unknown }
).setImmediate;

export function nextTurn(): Promise<void> {
  if (immediate) return new Promise((resolve) => immediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
