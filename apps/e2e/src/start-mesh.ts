import { composeMesh } from './compose-mesh.ts';
import { kubernetesMesh } from './kubernetes-mesh.ts';
import type { Mesh } from './mesh.ts';
import { startProcessMesh } from './process-mesh.ts';

const forms: Readonly<Record<string, () => Promise<Mesh>>> = { processes: () => startProcessMesh(), compose: composeMesh, kubernetes: kubernetesMesh };

/** Brings up a mesh in the form that FLOTILLA_MESH names, processes by default, and waits until it is ready. */
export function startMesh(): Promise<Mesh> {
  const form = process.env['FLOTILLA_MESH'] ?? 'processes';
  const start = forms[form];
  if (start === undefined) throw new Error(`FLOTILLA_MESH is ${form}; there are ${Object.keys(forms).join(', ')}`);
  return start();
}
