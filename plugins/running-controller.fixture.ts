// A controller at work in virtual time, for its spec: a new one for each test, on a control plane of its own.
//
//   let plane: ControlPlane;
//   eachTestRuns(makeController, (one) => { plane = one; });

import type { Controller } from '../core/contracts/controller.ts';
import { ControllerRunner } from '../core/control/controller-runner.ts';
import { ControlPlane } from '../core/testing/control-plane.ts';
import { VirtualClock } from '../core/time/virtual-clock.ts';
import { MemoryStore } from './store-memory/memory-store.ts';

/** @param use is given each test's control plane before the controller starts */
export function eachTestRuns(make: (plane: ControlPlane) => Controller, use: (plane: ControlPlane) => void): void {
  let plane: ControlPlane;
  let runner: ControllerRunner;

  beforeEach(async () => {
    const clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    const { faulty: client, random } = plane;
    use(plane);
    runner = new ControllerRunner({ client, controller: make(plane), clock, random });
    await runner.start();
  });

  afterEach(async () => {
    await runner.stop();
    await plane.stop();
  });
}
