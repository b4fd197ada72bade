/**
 * `node take-down.ts FOLDER` waits for the end of the suite, and removes what its tests have added to the cluster that KUBECONFIG
 * names, and what FOLDER installs.
 */
import { kubectl } from '../src/kubectl.ts';
import { removeAttached } from '../src/kubernetes-mesh.ts';
import { endOfSuite } from '../src/taking-down.ts';

const [folder = ''] = process.argv.slice(2);
if (folder === '') throw new Error('usage: take-down.ts FOLDER');
await endOfSuite();
await removeAttached();
// Of the second revision this alone is in no namespace that goes with the first.
await kubectl(['delete', '--ignore-not-found', 'mutatingwebhookconfiguration', 'flotilla-sidecar-injector-canary']);
await kubectl(['delete', '-k', folder, '--ignore-not-found', '--timeout=180s']);
