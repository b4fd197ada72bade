export { identitySettings } from './identity-settings.ts';
export { createIdentity, type IdentityOptions, type Supplied } from './create-identity.ts';
export type { Identity, IdentityCertificates } from './identity.ts';
export { createServiceIdentity, type ServiceIdentitySettings } from './service-identity.ts';
