// Register: lets Node.js import TypeScript as it is, for programs in a folder of one's own that have only `kubelab`:
//   node --import kubelab/register mine.ts      mocha --node-option import=kubelab/register mine.spec.ts

import 'tsx';
