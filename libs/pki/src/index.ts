export {
  clockSkewMs, createRoot, issueCertificate, loadAuthority,
  type CertificateAuthority, type IssuedCertificate, type IssueRequest, type StoredRoot,
} from './certificate-authority.ts';
export { joinChain, readCertificate, splitChain, type CertificateFacts } from './certificate-chain.ts';
export { generateKeyPair, privateKeyPem, type KeyPair } from './key-pair.ts';
export { rotateAt } from './rotation.ts';
export { createSigningRequest, verifySigningRequest, type VerifiedRequest } from './signing-request.ts';
export { formatSpiffeId, serviceDnsNames, serviceSpiffeId, parseSpiffeId, type SpiffeId } from './spiffe-id.ts';
export { issueToken, tokenKeyOf, verifyToken, type TokenClaims } from './token.ts';
