// The library wants the Reflect polyfill loaded before it; every use here comes through this file.
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';

export * from '@peculiar/x509';

// Its types are written against the browser's global names, which Node declares as values only.
declare global {
  type CryptoKey = webcrypto.CryptoKey;
  type CryptoKeyPair = webcrypto.CryptoKeyPair;
  type Algorithm = webcrypto.Algorithm;
  type EcdsaParams = webcrypto.EcdsaParams;
}
