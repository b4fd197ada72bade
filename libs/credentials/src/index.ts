export { prepareSecrets, secretIn, type Secrets } from './secrets.ts';
export { provision, type Ownership, type ProvisionOptions } from './provision.ts';
