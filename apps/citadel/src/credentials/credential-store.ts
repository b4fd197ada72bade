import { encodeSecret, inlineText, type EncodedSecret, type SecretSource } from '@flotilla/sds';
import type { Credential } from './credential.ts';

type Secrets = ReadonlyMap<string, EncodedSecret>;

const none: Secrets = new Map();

/** The credentials that Citadel keeps for workloads, in memory alone; each namespace has its own. */
export class CredentialStore {
  #byNamespace: ReadonlyMap<string, Secrets> = new Map();
  readonly #listeners = new Set<() => void>();

  /** Puts other credentials in the place of all. Of two with one name, the first counts. */
  replace(credentials: readonly Credential[]): void {
    const namespaces = Map.groupBy(credentials, ({ namespace }) => namespace);
    this.#byNamespace = new Map([...namespaces].map(([namespace, own]) => [namespace, secretsOf(own)]));
    for (const listener of [...this.#listeners]) listener();
  }

  /** Those of a namespace, by the names that Envoys ask for: `kubernetes://<name>`, with `-cacert` after it for whom to trust. */
  of(namespace: string): SecretSource {
    return {
      current: () => this.#byNamespace.get(namespace) ?? none,
      onChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }
}

const authoritiesSuffix = '-cacert';

function secretsOf(credentials: readonly Credential[]): Secrets {
  const secrets = new Map<string, EncodedSecret>();
  const add = (secret: EncodedSecret): void => {
    if (!secrets.has(secret.name)) secrets.set(secret.name, secret);
  };
  // A Secret for the authorities alone goes before those that another brings along.
  const apart = credentials.filter(({ name }) => name.endsWith(authoritiesSuffix));
  for (const credential of [...apart, ...credentials]) {
    for (const base of namesOf(credential)) {
      const { certificate, authorities } = credential;
      if (certificate !== undefined) add(encodeSecret({ name: base, type: { case: 'tlsCertificate', value: { certificateChain: inlineText(certificate.chainPem), privateKey: inlineText(certificate.keyPem) } } }));
      if (authorities !== undefined) {
        const value = { trustedCa: inlineText(authorities.pem), ...(authorities.revokedPem === undefined ? {} : { crl: inlineText(authorities.revokedPem) }) };
        const name = base.endsWith(authoritiesSuffix) ? base : `${base}${authoritiesSuffix}`;
        add(encodeSecret({ name, type: { case: 'validationContext', value } }));
      }
    }
  }
  return secrets;
}

/** A name alone is one of the namespace of who asks. */
function namesOf({ namespace, name }: Credential): string[] {
  return [`kubernetes://${name}`, `kubernetes://${namespace}/${name}`];
}
