export { typeUrls, type EnvoyResource, type ResourceName, type ResourceUpdate } from './envoy-resource.ts';
export { proxyFromNode, type ProxyDescription } from './proxy.ts';
export { renderResource } from './render-resource.ts';
export { difference } from './resource-map.ts';
export { retranslateScope } from './retranslate-scope.ts';
export { mayChangeScope, scopeOf, type Scope } from './scope.ts';
export { retranslateProxy, translateProxy, type ProxyTranslation } from './translate-proxy.ts';
export type { Steps } from './steps.ts';
export { translateScope, translateScopeInSteps, type ScopeTranslation } from './translate-scope.ts';
