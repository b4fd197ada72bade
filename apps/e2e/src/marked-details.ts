/** A rule by which the answers of details carry a mark: a change that can be seen from outside when Envoys have taken it in. */
export function markedDetails(header: string, mark: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: details, namespace: default}
spec:
  hosts: [details]
  http:
  - headers: {response: {set: {${header}: "${mark}"}}}
    route: [{destination: {host: details, subset: v1}}]`;
}
