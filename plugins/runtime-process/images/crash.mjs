// kubelab/crash: runs for CRASH_AFTER seconds (0.5), says so, and ends with CRASH_CODE (1). For looking at restarts.

const { CRASH_AFTER = '0.5', CRASH_CODE = '1' } = process.env;
console.log(`crashing in ${CRASH_AFTER} s`);
setTimeout(() => {
  console.error(`crashing now with exit code ${CRASH_CODE}`);
  process.exit(Number(CRASH_CODE));
}, Number(CRASH_AFTER) * 1000);
