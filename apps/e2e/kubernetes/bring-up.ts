/**
 * Installs the demo on the cluster that KUBECONFIG names, once for all tests of the suite, and removes it after them:
 * that it leaves nothing behind is the last thing that the suite tells.
 */
import { join } from 'node:path';
import { eventually } from '@flotilla/testing';
import { kubectl, objectNames, rolledOut } from '../src/kubectl.ts';
import { bookshopWorkloads, systemWorkloads } from '../src/kubernetes-mesh.ts';
import { takingDown } from '../src/taking-down.ts';

const overlay = 'k8s/overlays/demo';

export async function setup(): Promise<() => Promise<void>> {
  const before = await objectNames();
  if (before.includes('Namespace//flotilla-system')) throw new Error('this cluster has a Flotilla already; the tests install one of their own, and remove it');
  const takeDown = takingDown(join(import.meta.dirname, 'take-down.ts'), overlay);
  try {
    await kubectl(['apply', '-k', overlay]);
    await rolledOut('flotilla-system', ...systemWorkloads);
    await rolledOut('default', ...bookshopWorkloads);
  } catch (error) {
    const pods = await kubectl(['get', 'pods', '-A', '-o', 'wide']).catch(String);
    await takeDown();
    throw new Error(`the mesh did not come up:\n${pods}`, { cause: error });
  }
  return async () => {
    await takeDown();
    await eventually(async () => {
      const left = (await objectNames()).filter((name) => !before.includes(name));
      if (left.length > 0) throw new Error(`the demo left behind: ${left.join(', ')}`);
    }, { timeoutMs: 120_000, everyMs: 2_000 });
  };
}
