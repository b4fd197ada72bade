export { encodeSecret, inlineText, type EncodedSecret } from './encoded-secret.ts';
export { secretService, type SecretSource } from './secret-service.ts';
