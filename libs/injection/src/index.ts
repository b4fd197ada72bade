export { decideInjection, type Decision } from './decision.ts';
export { injectObject, makesPods, type InjectedObject } from './inject-object.ts';
export { injectPod, readPod, type Injection } from './inject-pod.ts';
export { readInjectionOptions, type InjectionOptions } from './injection-options.ts';
export { type AppProbe, type AppProbes } from './probes.ts';
