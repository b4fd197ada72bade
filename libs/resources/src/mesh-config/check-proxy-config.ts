import { checkDocument } from '../validation/check-document.ts';
import { DefaultProxyConfig } from './default-proxy-config.ts';

/** Everything that is wrong with how somebody says that proxies are run, as in `defaultConfig` of a mesh or the annotation of a pod. */
export const checkProxyConfig = checkDocument<DefaultProxyConfig>(DefaultProxyConfig, () => undefined);
