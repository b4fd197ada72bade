import { echoPorts } from '@flotilla/echo';

/**
 * A Sidecar by which the workloads of an application's version know one service alone, whose ports nobody else's can be taken for.
 * @param bind address that its ports by TCP and TLS get, where connections are not intercepted
 */
export function egressTo(host: string, { app, version, bind }: { readonly app: string; readonly version: string; readonly bind: string | undefined }): string {
  const hosts = `hosts: [./${host}.default.svc.cluster.local]`;
  const bound = bind === undefined ? [] : (['tcp', 'tls'] as const).map((name) => `
  - {port: {number: ${echoPorts[name]}, protocol: ${name.toUpperCase()}, name: ${name}}, bind: ${bind}, captureMode: NONE, ${hosts}}`);
  return `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: ${app}-${version}, namespace: default}
spec:
  workloadSelector: {labels: {app: ${app}, version: ${version}}}
  egress:${bound.join('')}
  - {${hosts}}
---`;
}
