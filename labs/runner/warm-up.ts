// Warm-up: what a student's file imports, in a file that does nothing with it. A check child loads it before it is told which
// file to check, so that the compiler runs and all modules are there by then.

import { plugin } from 'kubelab';
import { Observable } from 'rxjs';

export default [plugin, Observable];
