// The form of every lab, held: docs/writing-a-lab.md says what it is. A few seeds here; with all tests asked for 1,000, in
// as many processes as the machine has processors.

import { labs } from './index.ts';
import { describeForm } from './kit/describe-form.ts';

for (const lab of labs) describeForm(lab);
