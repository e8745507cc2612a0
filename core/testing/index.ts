// What `import ... from 'kubelab/testing'` gives: the suite of each slot, which any implementation passes by one line, and
// what it takes to test plugins in virtual time. Runs under mocha; chai's `expect` comes with it.
//   describeScheduler('mine', () => new MyScheduler());

export { expect } from 'chai';
export * from './control-plane.ts';
export * from './deep-freeze.ts';
export * from './describe-api-client.ts';
export * from './describe-container-runtime.ts';
export * from './describe-controller.ts';
export * from './describe-proxy.ts';
export * from './describe-scheduler.ts';
export * from './describe-store.ts';
export * from './faulty-client.ts';
export { checkHistory, reportViolations } from './history/check-history.ts';
export { describeHistory, type HistoryFault, type HistoryWorld } from './history/describe-history.ts';
export * from './objects.ts';
export * from './test-world.ts';
