import type { MutualTLS, PeerAuthentication } from '@flotilla/resources';
import type { Labels } from './labels.ts';
import type { MeshConfig } from './mesh-config.ts';
import { namespacePolicy, selectingPolicy, type WorkloadPolicies } from './workload-policies.ts';

/** STRICT: with a certificate of the mesh only. PERMISSIVE: also in plain text, or with TLS of the application's own. DISABLE: those only. */
export type MutualTlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** How a workload lets itself be called. */
export interface MutualTls {
  readonly mode: MutualTlsMode;
  /** Its ports with a mode of their own. */
  readonly ports: Readonly<Record<string, MutualTlsMode>>;
}

/** Says of any workload how it lets itself be called. */
export type MutualTlsOf = (namespace: string, labels: Labels) => MutualTls;

const none = {};

/**
 * What PeerAuthentications demand: of a workload that one selects, as that says; else as its namespace's
 * says, else as the root namespace's, else as the mesh's settings. What is UNSET is left to the next wider.
 */
export function mutualTlsBy(policies: WorkloadPolicies<PeerAuthentication>, { rootNamespace, mtlsMode }: MeshConfig): MutualTlsOf {
  const ofMesh: MutualTls = { mode: modeOf(namespacePolicy(policies, rootNamespace)?.spec.mtls) ?? mtlsMode, ports: none };
  if (policies.size === 0) return () => ofMesh;
  return (namespace, labels) => {
    const selecting = selectingPolicy(policies, namespace, labels);
    const mode = modeOf(selecting?.spec.mtls) ?? modeOf(namespacePolicy(policies, namespace)?.spec.mtls) ?? ofMesh.mode;
    const ports = Object.entries<MutualTLS>(selecting?.spec.portLevelMtls ?? none).map(([port, mtls]) => [port, modeOf(mtls) ?? mode] as const);
    return { mode, ports: ports.length === 0 ? none : Object.fromEntries(ports) };
  };
}

/** A field of a PeerAuthentication that says a mode. */
export interface ModeSource {
  readonly policy: PeerAuthentication;
  /** `spec.mtls.mode` */
  readonly path: string;
}

/** What says the mode of a port of a workload, as {@link mutualTlsBy} finds it; undefined where that is left to the mesh's settings. */
export function modeSourceBy(policies: WorkloadPolicies<PeerAuthentication>, { rootNamespace }: Pick<MeshConfig, 'rootNamespace'>, workload: { readonly namespace: string; readonly labels: Labels }, port: number): ModeSource | undefined {
  const { namespace, labels } = workload;
  const selecting = selectingPolicy(policies, namespace, labels);
  const ofPort = selecting?.spec.portLevelMtls?.[port];
  if (selecting !== undefined && modeOf(ofPort) !== undefined) return { policy: selecting, path: `spec.portLevelMtls[${port}].mode` };
  const policy = [selecting, namespacePolicy(policies, namespace), namespacePolicy(policies, rootNamespace)].find((one) => modeOf(one?.spec.mtls) !== undefined);
  return policy === undefined ? undefined : { policy, path: 'spec.mtls.mode' };
}

function modeOf(mtls: MutualTLS | undefined): MutualTlsMode | undefined {
  return mtls?.mode === 'UNSET' ? undefined : mtls?.mode;
}

/** The mode of one port of a workload. */
export function modeAt({ mode, ports }: MutualTls, port: number): MutualTlsMode {
  return ports[port] ?? mode;
}
