// kubelab/job: does JOB_STEPS (3) steps of JOB_STEP_SECONDS (0.2), prints each, and ends well (or with JOB_CODE).

import { setTimeout as sleep } from 'node:timers/promises';

const { JOB_STEPS = '3', JOB_STEP_SECONDS = '0.2', JOB_CODE = '0' } = process.env;
for (let step = 1; step <= Number(JOB_STEPS); step += 1) {
  await sleep(Number(JOB_STEP_SECONDS) * 1000);
  console.log(`step ${step} of ${JOB_STEPS}`);
}
console.log('done');
process.exitCode = Number(JOB_CODE);
