import type { TestKubeApiserver } from './kube-apiserver.ts';

/** The text of a kubeconfig by which whoever has a token gets to an API server. */
export function testKubeconfig({ server, ca, namespace }: Pick<TestKubeApiserver['access'], 'server' | 'ca' | 'namespace'>, token: string): string {
  return JSON.stringify({
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace } }],
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'test', user: { token } }],
  });
}
