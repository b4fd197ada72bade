import { expect, it } from 'vitest';
import { ingressOptions, type IngressSettings } from './ingress-options.ts';
import { inventory } from './inventory.ts';
import { readObject } from './object.ts';

const edge = (name: string) => readObject({ kind: 'Service', metadata: { name, namespace: 'edge' }, spec: { selector: { role: name } } }, 'edge')!;
const found = (settings: IngressSettings, ...services: string[]) => ingressOptions(settings, inventory(services.map(edge)), 'edge');

it.each<[string, IngressSettings, string[], ReturnType<typeof found>]>([
  ['what Istio takes for granted', {}, [], { ingressControllerMode: 'STRICT', ingressClass: 'istio', ingressSelector: { istio: 'ingressgateway' }, ingressNamespace: 'edge' }],
  ['the workloads of the usual Service', {}, ['istio-ingressgateway'], { ingressControllerMode: 'STRICT', ingressClass: 'istio', ingressSelector: { role: 'istio-ingressgateway' }, ingressNamespace: 'edge' }],
  ['those of another', { ingressService: 'way-in' }, ['istio-ingressgateway', 'way-in'], { ingressControllerMode: 'STRICT', ingressClass: 'istio', ingressSelector: { role: 'way-in' }, ingressNamespace: 'edge' }],
  ['a label', { ingressSelector: 'mine' }, [], { ingressControllerMode: 'STRICT', ingressClass: 'istio', ingressSelector: { istio: 'mine' }, ingressNamespace: 'edge' }],
  ['a class and a mode', { ingressClass: 'mine', ingressControllerMode: 'DEFAULT' }, [], { ingressControllerMode: 'DEFAULT', ingressClass: 'mine', ingressSelector: { istio: 'ingressgateway' }, ingressNamespace: 'edge' }],
  ['a mode of no meaning', { ingressControllerMode: 'UNSPECIFIED' }, [], { ingressControllerMode: 'STRICT', ingressClass: 'istio', ingressSelector: { istio: 'ingressgateway' }, ingressNamespace: 'edge' }],
])('serves Ingresses by %s', (_name, settings, services, options) => expect(found(settings, ...services)).toEqual(options));
