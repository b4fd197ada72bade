import { echoPorts } from '@flotilla/echo';
import type { AppDescription } from './test-app.ts';
import { servedPorts } from './test-service.ts';

/** What tests have added to a cluster has it. */
export const testLabel = 'app.kubernetes.io/managed-by=flotilla-test';
export const testLabels = Object.fromEntries([testLabel.split('=')]) as Readonly<Record<string, string>>;

/** The Service of an application, which every pod labelled so is an instance of. */
export function echoService(app: string): object {
  const ports = servedPorts.map((name) => ({ name, port: echoPorts[name], targetPort: name }));
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: app, namespace: 'default', labels: testLabels }, spec: { selector: { app }, ports } };
}

/** The echo application as a pod, which gets a name of its own and, where it shall have one, its proxy from the cluster. */
export function echoPod({ app, version, sidecar = true, labels }: AppDescription): { readonly spec: object; readonly [field: string]: unknown } {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: `${app}-${version}-test-`, namespace: 'default', labels: { app, version, ...labels, ...testLabels, 'sidecar.istio.io/inject': String(sidecar) } },
    spec: {
      serviceAccountName: 'bookinfo-reviews',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 15,
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: 'echo',
        image: 'flotilla/echo:dev',
        imagePullPolicy: 'IfNotPresent',
        env: [{ name: 'SERVICE_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        ports: servedPorts.map((name) => ({ name, containerPort: echoPorts[name] })),
        readinessProbe: { httpGet: { path: '/asked', port: echoPorts.control }, periodSeconds: 1 },
        // Everybody has heard that the pod goes before it does.
        lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
        resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { memory: '128Mi' } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      }],
    },
  };
}
