import type { Command } from 'commander';
import { collect } from '../command/context.ts';

/** What says which files make a mesh. */
export interface OfflineFlags {
  readonly config: readonly string[];
  readonly meshConfig?: string;
  readonly meshNetworks?: string;
  readonly namespace: string;
}

/** Adds the flags that say what the mesh is made of. */
export function takesMesh(command: Command): Command {
  return command
    .option('--config <path>', 'file or folder of resources and Kubernetes objects; can be repeated', collect)
    .option('--mesh-config <file>', "Istio's MeshConfig")
    .option('--mesh-networks <file>', "Istio's MeshNetworks")
    .option('-n, --namespace <name>', 'namespace of resources that name none', 'default');
}
