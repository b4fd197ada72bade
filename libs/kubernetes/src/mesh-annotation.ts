/** Whether an annotation has a name of Istio's, or the older one by which Ingresses name their class. */
export function isMeshAnnotation(name: string): boolean {
  return name === 'kubernetes.io/ingress.class' || (name.split('/', 1)[0] ?? '').endsWith('istio.io');
}
