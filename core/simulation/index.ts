// Simulation: scenarios, lived through in virtual time, recorded, played again. docs/simulation.md tells how to write one.

export * from './history.ts';
export * from './playback.ts';
export * from './recorder.ts';
export * from './scenario.ts';
export * from './scenario-file.ts';
export * from './simulation.ts';
export * from './tally.ts';
export * from './time-text.ts';
export * from './trace.ts';
export * from './words.ts';
